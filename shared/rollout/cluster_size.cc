#include <string>

#include "shared/rollout/draft.h"

// Where the cluster itself decides how many instances a service has, as of a DaemonSet that has one on each node that
// it fits: the service's size follows it, whatever its versions declare.
namespace depops::rollout {
namespace {

bool is_sized(const Draft& draft, std::uint32_t n) {
  const Record& record = draft.record();
  const bool stable = !record.stable || draft.stable_n() == n;
  return stable && (record.phase == Phase::idle || !record.plan || draft.target_n() == n);
}

}  // namespace

void follow_cluster(Draft& draft) {
  const View& view = draft.view();
  if (!view.runtime || !view.sized || is_sized(draft, *view.sized) || !draft.can(Trigger::scale)) return;
  const std::string reason = draft.record().reason;  // why it is in its state is not why it is scaled
  draft.take(Trigger::scale, self(), reason);
  draft.say("goes by the cluster, which has " + std::to_string(*view.sized) + " nodes for it");
  scale_to(draft, view.sized);
}

}  // namespace depops::rollout

#include "agent/kubernetes/scaling/shown.h"

namespace depops::agent::kubernetes {
namespace {

WorkloadShown shown_of(const ServiceView& service, const Namespace& space) {
  const rollout::RolloutStatus& status = service.status;
  const bool under_way =
      !service.target.empty() && service.target != service.stable && !rollout::is_ended(status.state);
  WorkloadShown shown;
  shown.key = {space, ObjectName(status.service.str())};
  shown.service = status.service;
  shown.version = service.stable.str();
  if (under_way) shown.next_version = service.target.str();
  shown.state = rollout::name_of(status.state);
  shown.reason = !service.degraded.empty() ? service.degraded : under_way ? service.waiting_for : status.reason;
  for (const rollout::SetStatus& set : status.sets) {
    shown.replicas += set.desired;
    shown.ready += set.ready;
    if (under_way && set.label == service.target) shown.weight = set.weight;
    // What the version that takes the requests declares; before there is one, what the first one does.
    if (set.label == service.stable || !shown.size) shown.size = set.declared;
  }
  if (status.size) shown.size = status.size;
  return shown;
}

}  // namespace

std::vector<WorkloadShown> shown_of(const SiteView& view, const Namespace& space) {
  std::vector<WorkloadShown> all;
  all.reserve(view.services.size());
  for (const ServiceView& service : view.services) all.push_back(shown_of(service, space));
  return all;
}

}  // namespace depops::agent::kubernetes

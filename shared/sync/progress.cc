#include "shared/sync/progress.h"

namespace depops::sync {
namespace {

rollout::RolloutStatus without_numbers(rollout::RolloutStatus status) {
  for (rollout::SetStatus& set : status.sets)
    set.desired = set.ready = set.available = set.weight = set.verified_level = 0;
  return status;
}

}  // namespace

std::optional<Progress::Row> Progress::note(const rollout::Report& report, Sequence sequence) {
  const auto* changed = std::get_if<rollout::RolloutChanged>(&report);
  if (changed == nullptr) return std::nullopt;
  if (rollout::is_ended(changed->status.state)) {
    runs_.erase(changed->status.rollout);
    return std::nullopt;
  }
  if (runs_.size() >= kRunsMax && !runs_.contains(changed->status.rollout)) runs_.clear();
  Run& run = runs_[changed->status.rollout];
  const Row before = run.newest;
  rollout::RolloutStatus status = without_numbers(changed->status);
  const bool same = before.sequence != Sequence() && run.status == status;
  const bool between = same && !run.single;
  run = {std::move(status), {sequence, changed->at}, !same};
  return between ? std::optional(before) : std::nullopt;
}

}  // namespace depops::sync

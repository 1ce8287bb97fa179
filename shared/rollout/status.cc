#include "shared/rollout/approval_step.h"
#include "shared/rollout/desired.h"
#include "shared/rollout/machine.h"

// What a record says to the hub and to people.
namespace depops::rollout {
namespace {

SetStatus status_of(const VersionSnapshot& set, std::uint32_t desired, const SetView& view) {
  SetStatus status;
  status.set = set.set;
  status.label = set.label;
  status.desired = desired;
  status.declared = set.workload.replicas;
  status.ready = view.ready;
  status.available = view.available;
  return status;
}

void add_sets(RolloutStatus& status, const Record& record, const View& view) {
  const Snapshot target = target_of(record);
  if (target) {
    status.sets.push_back(status_of(*target, record.target_replicas, view.target));
    status.sets.back().weight = record.weight.percent;
    status.sets.back().verified_level = record.weight.verified_level;
  }
  // A rollout that came back: its version is still told, with no instance and no request, so that weight 0 can be seen.
  const bool went_back = !target && record.plan && record.state != State::completed;
  if (went_back && (!record.stable || record.stable->set != record.plan->target.set)) {
    status.sets.push_back(status_of(record.plan->target, 0, {}));
    status.sets.back().verified_level = 2;
  }
  if (!record.stable) return;
  status.sets.push_back(status_of(*record.stable, record.stable_replicas, view.stable));
  status.sets.back().weight = target ? 100 - record.weight.percent : 100;
  status.sets.back().verified_level = target ? record.weight.verified_level : 2;
}

// Why it stands still, who may let it go on, and what is forced where meanwhile.
void add_words(RolloutStatus& status, const Record& record) {
  for (const PauseMark& pause : record.pauses) status.pauses.emplace_back(name_of(pause.reason));
  for (const ForcedRoute& route : record.routes.routes)
    status.routes.push_back(route.name + ": " + describe(route.match));
  if (waits_for_approval(record)) status.approvals_needed = approval_of(record)->count;
  for (const ApprovalMark& mark : record.approvals) status.approved_by.push_back(mark.by.str());
  status.reason = record.reason;
  status.actor = record.actor;
}

}  // namespace

RolloutStatus status_of(const Record& record, const View& view) {
  RolloutStatus status;
  status.rollout = record.rollout;
  status.deployment = record.deployment;
  status.service = record.service;
  status.epoch = record.epoch;
  status.state = record.state;
  status.phase = name_of(record.phase);
  status.step = record.step;
  const auto* canary = record.plan ? std::get_if<Canary>(&record.plan->strategy) : nullptr;
  status.steps = canary != nullptr ? static_cast<std::uint32_t>(canary->steps.size()) : 0;
  status.attempt = record.attempt;
  status.strategy_skipped = record.strategy_skipped;
  if (record.size) status.size = record.size->replicas;
  add_sets(status, record, view);
  add_words(status, record);
  status.exposed_at = record.exposed_at;
  status.detected_at = record.detected_at;
  status.safe_at = record.safe_at;
  return status;
}

}  // namespace depops::rollout

#include "shared/rollout/machine.h"

#include <algorithm>
#include <utility>

#include "shared/rollout/desired.h"
#include "shared/rollout/draft.h"

namespace depops::rollout {
namespace {

std::string start_reason(const Record& record) {
  if (!record.stable) return "first deployment here: strategy skipped, capacity before traffic";
  if (record.plan->kind == ReleaseKind::rollback)
    return "back to an earlier version: steps skipped, capacity before traffic";
  return "started";
}

void refuse(Draft& draft, const std::string& why) {
  draft.decision().accepted = false;
  draft.decision().answer = why;
}

void refuse_second(Draft& draft, const Submit& submit) {
  const Record& record = draft.record();
  const std::string why = "rollout " + record.rollout.str() + " of " + record.service.str() + " is " +
                          name_of(record.state) +
                          " here; wait until it ended, abort it first, or deploy with --supersede";
  refuse(draft, why);
  draft.edit().refused_epoch = submit.epoch;
  draft.note(DesiredRefused{draft.now().wall, submit.epoch, "in-flight", why});
}

void adopt(Record& record, const Submission& submit) {
  record.rollout = submit.rollout;
  record.deployment = submit.deployment;
  record.epoch = submit.epoch;
  record.plan_digest = submit.plan_digest;
  record.plan = submit.plan;
  record.service = submit.plan->service;
  record.attempt = 1;
  record.hook_attempts = 0;
}

// Instances of the earlier version that still run are the target's if it goes back to that, else they are let go.
void take_over_warm(Record& record) {
  if (record.warm && record.warm->snapshot->set == record.plan->target.set)
    record.target_replicas = record.warm->replicas;
  record.warm.reset();
}

bool warm_over(const Draft& draft) {
  const auto& warm = draft.record().warm;
  return warm && elapsed(warm->since, draft.now(), warm->keep) >= warm->keep;
}

void begin(Draft& draft, const Submission& submit) {
  const Record& record = draft.record();
  const bool same = record.stable && record.stable->set == submit.plan->target.set;
  adopt(draft.edit(), submit);
  draft.take(same ? Trigger::submit_same : Trigger::submit, submit.by,
             same ? "this version with these settings serves here already: nothing to do" : "");
  keep_size(draft.edit());
  reset_rollout(draft.edit());
  if (same) return end_rollout(draft, State::completed);
  take_over_warm(draft.edit());
  draft.edit().reason = start_reason(draft.record());
}

void supersede(Draft& draft, const Submit& submit) {
  drop_next(draft, submit.by, "superseded by rollout " + submit.rollout.str() + " before it began here");
  draft.edit().next = submit;
  const Record& record = draft.record();
  if (record.phase == Phase::idle) return;
  if (record.phase == Phase::aborting || gave_up_stable(draft))
    return draft.take(Trigger::supersede_later, submit.by, record.reason);
  begin_abort(draft, Trigger::supersede, submit.by, "superseded by rollout " + submit.rollout.str());
}

void begin_next(Draft& draft) {
  const Submission next = *std::exchange(draft.edit().next, std::nullopt);
  begin(draft, next);
  draft.decision().begins = true;
}

void observe_idle(Draft& draft) {
  if (draft.record().next) return begin_next(draft);
  const View& view = draft.view();
  follow_size(draft);
  if (view.router && view.foreign != nullptr && !view.foreign->empty()) take_drift(draft, view.foreign->front());
  if (!warm_over(draft)) return;
  const std::string label = draft.record().warm->snapshot->label.str();
  draft.take(Trigger::warm_over, self(), label + " was kept for an instant way back; its time is over");
  draft.edit().warm.reset();
}

}  // namespace

void reset_rollout(Record& record) {
  record.strategy_skipped = !record.stable || record.plan->kind == ReleaseKind::rollback;
  record.step = 0;
  record.target_replicas = 0;
  record.stable_replicas = stable_size(record);
  record.weight = {};
  record.routes = {};
  record.pauses.clear();
  record.abort.reset();
  record.analysis.reset();
  record.background.reset();
  record.approvals.clear();
  record.hooks.clear();
  record.forgiven_restarts = 0;
  record.progress = {record.entered, 0, 0};
  record.drift = {};
  record.degraded.clear();
  record.exposed_at.reset();
  record.detected_at.reset();
  record.safe_at.reset();
}

// What waited ends without having begun; it is not known to the record, so its end is told here.
void drop_next(Draft& draft, const Actor& by, const std::string& why) {
  if (!draft.record().next) return;
  const Submission dropped = *std::exchange(draft.edit().next, std::nullopt);
  draft.edit().refused_epoch = std::max(draft.record().refused_epoch, dropped.epoch);
  RolloutStatus status;
  status.rollout = dropped.rollout;
  status.deployment = dropped.deployment;
  status.service = draft.record().service;
  status.epoch = dropped.epoch;
  status.state = State::aborted;
  status.phase = name_of(Phase::idle);
  status.attempt = 1;
  status.actor = by;
  status.reason = why;
  draft.note(RolloutChanged{draft.now().wall, std::move(status)});
}

void on_submit(Draft& draft, const Submit& submit) {
  const Record& record = draft.record();
  const Generation waiting = record.next ? record.next->epoch : Generation();
  if (submit.epoch <= std::max({record.epoch, record.refused_epoch, waiting}))
    return refuse(draft, "not newer than what was seen");
  const bool busy = record.phase != Phase::idle || record.next;
  if (!busy) return begin(draft, submit);
  if (!submit.supersede) return refuse_second(draft, submit);
  supersede(draft, submit);
}

void on_observed(Draft& draft) {
  follow_cluster(draft);
  switch (draft.record().phase) {
    case Phase::idle:
      return observe_idle(draft);
    case Phase::aborting:
      return observe_abort(draft);
    case Phase::preflight:
    case Phase::scaling:
    case Phase::weighing:
    case Phase::holding:
    case Phase::analyzing:
    case Phase::rolling:
    case Phase::promoting:
    case Phase::baking:
    case Phase::routing:
    case Phase::hooking:
    case Phase::draining:
      return observe_forward(draft);
  }
}

void end_rollout(Draft& draft, State state) {
  Record& record = draft.edit();
  record.state = state;
  record.target_replicas = 0;
  record.weight = {};
  record.routes = {};
  record.pauses.clear();
  record.analysis.reset();
  record.background.reset();
  record.hooks.clear();
  record.degraded.clear();
  record.drift.standing = false;
  end_size(record, state == State::completed);
  for (Intent& intent : record.intents) {
    if (intent.outcome == IntentOutcome::open) intent.outcome = IntentOutcome::done;
  }
}

Decision step(const std::shared_ptr<const Record>& record, const Event& event, const View& view, Watch& watch,
              const Moment& now) {
  if (watch.since == Stamp{}) watch.since = Stamp::of(now);
  if (!watch.read && view.router) watch.read = Stamp::of(now);
  Draft draft(record, view, watch, now);
  if (const auto* submit = std::get_if<Submit>(&event)) on_submit(draft, *submit);
  if (const auto* command = std::get_if<Command>(&event)) on_command(draft, *command);
  if (std::holds_alternative<Recovered>(event)) on_recovered(draft);
  if (std::holds_alternative<Observed>(event)) on_observed(draft);
  return draft.finish();
}

Decision refuse(const std::shared_ptr<const Record>& record, const Submit& submit, const std::string& why,
                const View& view, const Moment& now) {
  Watch watch;
  Draft draft(record, view, watch, now);
  refuse(draft, why);
  draft.edit().refused_epoch = std::max(record->refused_epoch, submit.epoch);
  return draft.finish();
}

}  // namespace depops::rollout

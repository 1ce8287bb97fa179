#include <algorithm>

#include "shared/rollout/desired.h"
#include "shared/rollout/draft.h"
#include "shared/rollout/hook_step.h"
#include "shared/rollout/rehearsal.h"
#include "shared/rollout/rolling.h"
#include "shared/rollout/watching.h"

// The way forward: capacity first, then the weight, then its verification; only then what is not needed any more goes.
namespace depops::rollout {
namespace {

bool late(const Draft& draft) {
  const Record& record = draft.record();
  if (!draft.can(Trigger::deadline) || draft.paused()) return false;
  return elapsed(record.progress.at, draft.now(), draft.plan().step_timeout) >= draft.plan().step_timeout;
}

std::string late_reason(const Draft& draft) {
  const std::string waits = waiting_for(draft.record(), draft.view());
  return "no progress for " + std::to_string(draft.plan().step_timeout.count() / 1000) + " s" +
         (waits.empty() ? "" : ": " + waits);
}

void watch_progress(Draft& draft) {
  const View& view = draft.view();
  const Progress& seen = draft.record().progress;
  if (!view.runtime) return;
  const bool grew = view.target.routable > seen.target_available;
  if (!grew) return;
  draft.edit().progress = {Stamp::of(draft.now()), view.target.routable, view.stable.available};
  draft.changed();
}

// Why the plan can not be carried out at this site; empty: it can, as far as is known.
std::string not_here(const Draft& draft) {
  for (std::string (*const look)(const Draft&) : {not_in_place, not_by_ratio, beyond_router, beyond_site}) {
    if (std::string why = look(draft); !why.empty()) return why;
  }
  return {};
}

void observe_preflight(Draft& draft) {
  const View& view = draft.view();
  const Record& record = draft.record();
  if (view.artifact_impossible) {
    draft.take(Trigger::impossible, self(), view.artifact_trouble);
    return end_rollout(draft, State::aborted);
  }
  const Rehearsed jobs = rehearsed(record, view);
  std::string why = not_here(draft);
  if (why.empty()) why = jobs.refused;
  if (!why.empty()) {
    draft.take(Trigger::impossible, self(), why);
    return end_rollout(draft, State::aborted);
  }
  const bool back = draft.plan().kind == ReleaseKind::rollback;
  const bool stable_well = !record.stable || back || (view.runtime && view.stable.available >= draft.stable_n());
  if (!view.artifact || !stable_well || !jobs.over || draft.paused()) return;
  if (record.stable && std::holds_alternative<Rolling>(draft.plan().strategy)) {
    draft.take(Trigger::ready_rolling, self(), record.reason);
    return;
  }
  if (record.strategy_skipped) {
    draft.take(Trigger::steps_over, self(), record.reason);
    return draft.order_all();
  }
  enter_step(draft, 0, self(), record.reason);
}

void observe_rolling(Draft& draft) {
  if (draft.paused()) return;
  const std::uint32_t n = draft.target_n();
  const Bounds bounds = bounds_now(draft, n);
  draft.order_target(next_new(n, bounds, draft.record().target_replicas, draft.record().stable_replicas));
  const View& view = draft.view();
  if (!view.runtime || !view.router) return;
  if (draft.record().target_replicas >= n && view.target.routable >= n) {
    draft.take(Trigger::rolled, self(), "all instances of the new version are available");
    return;
  }
  const Side target{draft.record().target_replicas, view.target.routable};
  const Side stable{draft.record().stable_replicas, view.stable.routable};
  const std::uint32_t left = next_old(n, bounds, target, stable);
  const std::uint32_t percent = share_of(std::min(target.available, target.spec), left);
  if (draft.record().weight.percent != percent) return draft.order_weight(percent);
  if (weight_state(draft) == 1) draft.order_stable(left);
}

void observe_promoting(Draft& draft) {
  if (draft.paused()) return;
  if (draft.by_ratio() && !go_by_ratio(draft, 100)) return;
  draft.order_target(draft.target_n());
  if (draft.record().weight.percent != 100) {
    const View& view = draft.view();
    if (view.runtime && draft.is_led() && view.target.routable >= draft.target_n()) draft.order_weight(100);
    return;
  }
  const int state = weight_state(draft);
  if (state < 0) return pause_unverified(draft);
  if (state == 0) return;
  draft.order_routes({});  // they lead where all requests go now
  const bool bakes = draft.plan().bake > Millis(0) && !draft.record().strategy_skipped;
  draft.take(bakes ? Trigger::bake : Trigger::promoted, self(), "all requests go to the new version, verified");
}

void observe_baking(Draft& draft) {
  const Millis bake = draft.plan().bake;
  if (draft.paused() || elapsed(draft.record().entered, draft.now(), bake) < bake) return;
  if (has_yet_to_look(draft)) return;
  draft.take(Trigger::baked, self(), "all requests went to the new version for the whole bake time");
}

// What is whole is kept running for an instant way back, if the plan says so.
void keep_warm(Draft& draft) {
  const Record& record = draft.record();
  const Millis keep = draft.plan().keep_warm;
  if (keep == Millis(0) || !draft.view().weights || !record.stable || record.stable_replicas < draft.stable_n()) return;
  draft.edit().warm = WarmMark{record.stable, record.stable_replicas, Stamp::of(draft.now()), keep};
}

void become_stable(Record& record) {
  const Snapshot target = target_of(record);
  std::erase_if(record.history, [&](const Snapshot& kept) { return kept->set == target->set; });
  if (record.stable) record.history.insert(record.history.begin(), record.stable);
  if (record.history.size() > kHistory) record.history.resize(kHistory);
  record.stable = target;
  record.removals.clear();
  record.stable_replicas = record.target_replicas;
}

void observe_draining(Draft& draft) {
  if (draft.paused()) return;
  const View& view = draft.view();
  const Millis drain = draft.record().stable ? draft.record().stable->workload.drain : Millis(0);
  const bool over = elapsed(draft.record().entered, draft.now(), drain) >= drain;
  if (!over && (!view.router || !view.counted || view.stable.in_flight > 0)) return;
  if (has_yet_to_look(draft)) return;
  if (view.router && !draft.record().routes.read_back) return;
  if (!view.runtime || view.target.available < draft.target_n()) return;  // stable is not let go for less than a whole
  keep_warm(draft);
  become_stable(draft.edit());
  draft.take(Trigger::drained, self(), draft.record().strategy_skipped ? "completed; strategy skipped" : "completed");
  end_rollout(draft, State::completed);
}

void observe_phase(Draft& draft) {
  switch (draft.record().phase) {
    case Phase::preflight:
      return observe_preflight(draft);
    case Phase::scaling:
      return observe_scaling(draft);
    case Phase::weighing:
      return observe_weighing(draft);
    case Phase::holding:
      return observe_holding(draft);
    case Phase::routing:
      return observe_routing(draft);
    case Phase::analyzing:
      return observe_analysis(draft);
    case Phase::rolling:
      return observe_rolling(draft);
    case Phase::promoting:
      return observe_promoting(draft);
    case Phase::baking:
      return observe_baking(draft);
    case Phase::hooking:
      return observe_hooking(draft);
    case Phase::draining:
      return observe_draining(draft);
    case Phase::idle:
    case Phase::aborting:
      return;
  }
}

bool is_past_return(const Draft& draft) {
  return draft.record().phase == Phase::draining && draft.record().stable_replicas < carrying_size(draft.record()) &&
         std::holds_alternative<Canary>(draft.plan().strategy);
}

}  // namespace

void observe_forward(Draft& draft) {
  const View& view = draft.view();
  if (view.router && view.foreign != nullptr && !view.foreign->empty() && take_drift(draft, view.foreign->front())) {
    return;
  }
  verify_weight(draft);
  verify_routes(draft);
  follow_size(draft);
  if (go_back_unanswered(draft)) return;
  std::string why;
  const bool guarded = draft.can(Trigger::guard) && !is_held(draft.record());
  if (guarded && guard_tripped(draft, why) && !is_past_return(draft)) return fail(draft, Trigger::guard, why);
  watch_progress(draft);
  if (late(draft)) return fail(draft, Trigger::deadline, late_reason(draft));
  const Phase before = draft.record().phase;
  observe_background(draft);
  if (draft.record().phase != before) return;
  shrink_stable(draft);
  observe_phase(draft);
}

}  // namespace depops::rollout

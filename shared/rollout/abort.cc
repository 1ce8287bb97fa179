#include <algorithm>

#include "shared/rollout/draft.h"
#include "shared/rollout/hook_step.h"
#include "shared/rollout/rolling.h"

// The way back: stable's capacity first, then the weight down and never up, then the target is let go. Nothing pauses
// it, and it never gives up.
namespace depops::rollout {
namespace {

// While the runtime is not known: not if it had no instance before it was ordered to grow.
bool stable_can_serve(const Draft& draft) {
  if (draft.view().runtime) return draft.view().stable.routable > 0;
  const auto& intents = draft.record().intents;
  return std::none_of(intents.begin(), intents.end(), [](const Intent& intent) {
    return intent.kind == IntentKind::scale_stable && intent.outcome == IntentOutcome::open && intent.precondition == 0;
  });
}

// A target that fails is left at once, but not for nobody: what still answers serves until stable has an instance.
bool target_dead(const Draft& draft) {
  const Record& record = draft.record();
  if (draft.view().runtime && draft.view().target.routable == 0) return true;
  return record.abort && record.abort->urgent && stable_can_serve(draft);
}

// 100 minus what stable can carry with what is available of it.
std::uint32_t least_share(std::uint32_t available, std::uint32_t n) {
  const std::uint64_t carried = n == 0 ? 0 : std::uint64_t{100} * std::min(available, n) / n;
  return static_cast<std::uint32_t>(100 - carried);
}

// Those whom a route forced go back with the first order, unless stable has no room for them yet.
void end_routes(Draft& draft) {
  const bool room = !draft.is_dynamic() || draft.view().stable.routable >= draft.stable_n();
  if (room || target_dead(draft)) draft.order_routes({});
}

void bring_back_all_at_once(Draft& draft) {
  draft.order_stable(draft.stable_n());
  end_routes(draft);
  const std::uint32_t weight = draft.record().weight.percent;
  if (target_dead(draft)) return draft.order_weight(0);
  if (!draft.view().runtime || !draft.view().router) return;
  draft.order_weight(std::min(weight, least_share(draft.view().stable.routable, carrying_size(draft.record()))));
}

// Of the target on the way back. Nobody knows which of its instances goes, so none goes for one that runs and is only
// not up at the router yet. Where instances stand in a row it is the one of the next place, so none goes for any that
// is not up. Once the way back is stuck, or none is up, those count as lost.
std::uint32_t left_of_target(const Draft& draft, const Bounds& bounds, const Side& stable) {
  const Record& record = draft.record();
  const SetView& target = draft.view().target;
  const bool lost = target.routable == 0 || !record.degraded.empty();
  const bool in_a_row = draft.view().stable.turns == Turns::by_place;
  const std::uint32_t there = in_a_row ? record.target_replicas : target.available;
  const std::uint32_t runs = lost ? 0 : std::min(there, record.target_replicas);
  const std::uint32_t coming = runs - std::min(runs, target.routable);
  const Side rest{record.target_replicas - coming, target.routable};
  return coming + next_old(carrying_size(record), bounds, stable, rest);
}

// Rolling with the roles exchanged: within surge and unavailability, weight before capacity is given up.
void bring_back_rolling(Draft& draft) {
  const std::uint32_t n = draft.stable_n();
  const Bounds bounds = bounds_now(draft, n);
  const View& view = draft.view();
  draft.order_stable(next_new(n, bounds, draft.record().stable_replicas, draft.record().target_replicas));
  if (target_dead(draft)) draft.order_weight(0);
  if (!view.runtime || !view.router) return;
  const Side stable{draft.record().stable_replicas, view.stable.routable};
  const std::uint32_t left = left_of_target(draft, bounds, stable);
  const std::uint32_t back = std::min(stable.available, stable.spec);
  const std::uint32_t share = back == 0 ? draft.record().weight.percent : share_of(left, back);
  const std::uint32_t percent = std::min(draft.record().weight.percent, share);
  if (draft.record().weight.percent != percent) return draft.order_weight(percent);
  // What does not run makes room though its weight is there, if stable gets none otherwise: a router may keep it
  // until stable has an instance. What runs and is only not routable now keeps its place.
  const bool in_the_way = view.target.available == 0 && stable.spec == 0;
  if (left < draft.record().target_replicas && (weight_state(draft) == 1 || in_the_way)) draft.order_target(left);
}

bool idle_now(const Draft& draft, const SetView& set) {
  const Millis drain = draft.plan().target.workload.drain;
  if (elapsed(draft.record().weight.read_back_at, draft.now(), drain) >= drain) return true;
  return draft.view().router && draft.view().counted && set.in_flight == 0;
}

void observe_back(Draft& draft) {
  const View& view = draft.view();
  const Record& record = draft.record();
  if (record.weight.percent != 0 || weight_state(draft) != 1) return;
  if (!record.routes.routes.empty() || !record.routes.read_back) return;
  if (record.exposed_at && !record.safe_at) {
    draft.edit().safe_at = draft.now().wall;
    draft.changed();
  }
  const bool exposed = draft.record().exposed_at.has_value();
  const bool undone = (!exposed || idle_now(draft, view.target)) && observe_undo(draft);
  if (!undone || draft.record().stable_replicas < draft.stable_n()) return;
  const std::uint32_t needed = carrying_size(draft.record());
  if (exposed && (!view.runtime || view.stable.available < needed || !idle_now(draft, view.target))) return;
  const AbortMark mark = *draft.record().abort;
  const std::string left = undo_trouble(draft.record());
  draft.take(Trigger::restored, mark.by, mark.reason + (left.empty() ? "" : "; " + left));
  end_rollout(draft, mark.by_person ? State::aborted : State::rolled_back);
  draft.edit().degraded = left;  // until the next rollout begins
}

void observe_nothing_back(Draft& draft) {
  draft.order_weight(0);
  if (weight_state(draft) != 1) return;
  if (!draft.view().weights) {  // its instances get requests as long as they are there
    draft.order_target(0);
    if (!draft.view().runtime || draft.view().target.routable > 0) return;
  }
  if (draft.record().exposed_at && !draft.record().safe_at) draft.edit().safe_at = draft.now().wall;
  const AbortMark mark = *draft.record().abort;
  draft.take(Trigger::nothing_back, mark.by, mark.reason + "; first deployment here, there is nothing to go back to");
  end_rollout(draft, mark.by_person ? State::aborted : State::failed);
}

void watch_return(Draft& draft) {
  const View& view = draft.view();
  Progress progress = draft.record().progress;
  if (view.runtime && view.stable.available > progress.stable_available) {
    progress = {Stamp::of(draft.now()), progress.target_available, view.stable.available};
    draft.edit().progress = progress;
  }
  const Millis limit = draft.plan().step_timeout;
  if (is_undoing(draft.record())) return;
  if (!draft.record().degraded.empty() || elapsed(progress.at, draft.now(), limit) < limit) return;
  const std::string why = "stable has " + std::to_string(view.stable.available) + " of " +
                          std::to_string(draft.stable_n()) + " instances available; still trying. " +
                          view.stable.trouble + view.router_trouble;
  draft.take(Trigger::stuck, self(), draft.record().abort->reason + "; " + why);
  draft.edit().degraded = why;
}

}  // namespace

bool gave_up_stable(const Draft& draft) {
  const Record& record = draft.record();
  return record.phase == Phase::draining && record.stable && record.stable_replicas < carrying_size(record);
}

void begin_abort(Draft& draft, Trigger trigger, const Actor& by, const std::string& reason) {
  const bool said_no = trigger == Trigger::reject || trigger == Trigger::unapproved;  // nothing was found wrong with it
  const bool person = trigger == Trigger::abort || trigger == Trigger::supersede || said_no;
  draft.take(trigger, by, reason);
  Record& record = draft.edit();
  record.abort = AbortMark{reason, by, person, trigger == Trigger::guard, Stamp::of(draft.now())};
  record.pauses.clear();
  record.analysis.reset();
  record.background.reset();
  record.approvals.clear();
  end_hooks(draft);
  if (!person && !record.detected_at) record.detected_at = draft.now().wall;
  record.progress = {Stamp::of(draft.now()), 0, 0};
  if (record.phase == Phase::idle) return end_rollout(draft, State::aborted);  // nothing was changed yet
  observe_abort(draft);
}

void observe_abort(Draft& draft) {
  if (draft.view().router && draft.view().foreign != nullptr && !draft.view().foreign->empty()) {
    take_drift(draft, draft.view().foreign->front());
  }
  verify_weight(draft);
  verify_routes(draft);
  follow_size(draft);
  if (!draft.record().stable) {
    observe_nothing_back(draft);
  } else {
    const bool rolling = std::holds_alternative<Rolling>(draft.plan().strategy);
    if (rolling && draft.view().weights) {
      bring_back_rolling(draft);
    } else if (draft.by_ratio()) {
      bring_back_by_ratio(draft);
    } else {
      bring_back_all_at_once(draft);
    }
    observe_back(draft);
  }
  if (draft.record().phase == Phase::aborting) watch_return(draft);
}

}  // namespace depops::rollout

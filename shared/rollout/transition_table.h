#pragma once

#include <array>

#include "shared/rollout/transition.h"

namespace depops::rollout {

// clang-format off
inline constexpr std::array kTransitions = {
  Transition{Phase::idle,      Trigger::submit,        Phase::preflight, "a new target with a higher epoch"},
  Transition{Phase::idle,      Trigger::submit_same,   Phase::idle,      "the target is what serves already: completed, nothing done"},
  Transition{Phase::idle,      Trigger::retry,         Phase::preflight, "the last rollout did not complete: same plan, next attempt"},
  Transition{Phase::idle,      Trigger::drift,         Phase::idle,      "somebody changed the weights: put right once"},
  Transition{Phase::idle,      Trigger::drift_again,   Phase::idle,      "again within the window: left as it is and reported"},

  Transition{Phase::preflight, Trigger::next_weight,   Phase::scaling,   "artifact here, stable healthy: the first step"},
  Transition{Phase::preflight, Trigger::next_pause,    Phase::holding,   "artifact here, stable healthy: the first step"},
  Transition{Phase::preflight, Trigger::next_analysis, Phase::analyzing, "artifact here, stable healthy: the first step"},
  Transition{Phase::preflight, Trigger::ready_rolling, Phase::rolling,   "artifact here, stable healthy"},
  Transition{Phase::preflight, Trigger::steps_over,    Phase::promoting, "strategy skipped: first deployment, rollback, or advanced past all steps"},
  Transition{Phase::preflight, Trigger::impossible,    Phase::idle,      "the artifact can not be used: aborted, nothing was changed"},
  Transition{Phase::preflight, Trigger::deadline,      Phase::idle,      "not ready in time: aborted, nothing was changed"},
  Transition{Phase::preflight, Trigger::abort,         Phase::idle,      "aborted, nothing was changed"},
  Transition{Phase::preflight, Trigger::pause,         Phase::preflight, "pause user"},
  Transition{Phase::preflight, Trigger::resume,        Phase::preflight, "pauses cleared"},
  Transition{Phase::preflight, Trigger::advance_full,  Phase::preflight, "the steps will be skipped"},
  Transition{Phase::preflight, Trigger::drift,         Phase::preflight, "put right once"},
  Transition{Phase::preflight, Trigger::drift_again,   Phase::preflight, "pause drift"},

  Transition{Phase::scaling,   Trigger::enough,        Phase::weighing,  "enough instances for the weight: weight ordered"},
  Transition{Phase::scaling,   Trigger::skip,          Phase::scaling,   "step skipped: goes on with the next one at once"},
  Transition{Phase::scaling,   Trigger::next_weight,   Phase::scaling,   "next step"},
  Transition{Phase::scaling,   Trigger::next_pause,    Phase::holding,   "next step"},
  Transition{Phase::scaling,   Trigger::next_analysis, Phase::analyzing, "next step"},
  Transition{Phase::scaling,   Trigger::steps_over,    Phase::promoting, "no step left"},
  Transition{Phase::scaling,   Trigger::pause,         Phase::scaling,   "pause user"},
  Transition{Phase::scaling,   Trigger::resume,        Phase::scaling,   "pauses cleared"},
  Transition{Phase::scaling,   Trigger::advance_full,  Phase::promoting, "remaining steps dropped"},
  Transition{Phase::scaling,   Trigger::abort,         Phase::aborting,  "asked for"},
  Transition{Phase::scaling,   Trigger::guard,         Phase::aborting,  "target restarts or fails half of its requests"},
  Transition{Phase::scaling,   Trigger::deadline,      Phase::aborting,  "no progress in time"},
  Transition{Phase::scaling,   Trigger::drift,         Phase::scaling,   "put right once"},
  Transition{Phase::scaling,   Trigger::drift_again,   Phase::scaling,   "pause drift"},

  Transition{Phase::weighing,  Trigger::next_weight,   Phase::scaling,   "weight verified: next step"},
  Transition{Phase::weighing,  Trigger::next_pause,    Phase::holding,   "weight verified: next step"},
  Transition{Phase::weighing,  Trigger::next_analysis, Phase::analyzing, "weight verified: next step"},
  Transition{Phase::weighing,  Trigger::steps_over,    Phase::promoting, "weight verified, no step left"},
  Transition{Phase::weighing,  Trigger::unverified,    Phase::weighing,  "measured share is not the ordered one: pause drift"},
  Transition{Phase::weighing,  Trigger::pause,         Phase::weighing,  "pause user"},
  Transition{Phase::weighing,  Trigger::resume,        Phase::weighing,  "pauses cleared, share measured anew"},
  Transition{Phase::weighing,  Trigger::advance_full,  Phase::promoting, "remaining steps dropped"},
  Transition{Phase::weighing,  Trigger::abort,         Phase::aborting,  "asked for"},
  Transition{Phase::weighing,  Trigger::guard,         Phase::aborting,  "target restarts or fails half of its requests"},
  Transition{Phase::weighing,  Trigger::deadline,      Phase::aborting,  "no progress in time"},
  Transition{Phase::weighing,  Trigger::drift,         Phase::weighing,  "put right once"},
  Transition{Phase::weighing,  Trigger::drift_again,   Phase::weighing,  "pause drift"},

  Transition{Phase::holding,   Trigger::next_weight,   Phase::scaling,   "pause over: next step"},
  Transition{Phase::holding,   Trigger::next_pause,    Phase::holding,   "pause over: next step"},
  Transition{Phase::holding,   Trigger::next_analysis, Phase::analyzing, "pause over: next step"},
  Transition{Phase::holding,   Trigger::steps_over,    Phase::promoting, "pause over, no step left"},
  Transition{Phase::holding,   Trigger::advance,       Phase::holding,   "step pause cleared: goes on at once"},
  Transition{Phase::holding,   Trigger::skip,          Phase::holding,   "step skipped: goes on at once"},
  Transition{Phase::holding,   Trigger::pause,         Phase::holding,   "pause user"},
  Transition{Phase::holding,   Trigger::resume,        Phase::holding,   "pauses cleared except the step's own"},
  Transition{Phase::holding,   Trigger::advance_full,  Phase::promoting, "remaining steps dropped"},
  Transition{Phase::holding,   Trigger::abort,         Phase::aborting,  "asked for"},
  Transition{Phase::holding,   Trigger::guard,         Phase::aborting,  "target restarts or fails half of its requests"},
  Transition{Phase::holding,   Trigger::drift,         Phase::holding,   "put right once"},
  Transition{Phase::holding,   Trigger::drift_again,   Phase::holding,   "pause drift"},

  Transition{Phase::analyzing, Trigger::next_weight,   Phase::scaling,   "analysis passed: next step"},
  Transition{Phase::analyzing, Trigger::next_pause,    Phase::holding,   "analysis passed: next step"},
  Transition{Phase::analyzing, Trigger::next_analysis, Phase::analyzing, "analysis passed: next step"},
  Transition{Phase::analyzing, Trigger::steps_over,    Phase::promoting, "analysis passed, no step left"},
  Transition{Phase::analyzing, Trigger::verdict_fail,  Phase::aborting,  "analysis failed"},
  Transition{Phase::analyzing, Trigger::unsure,        Phase::analyzing, "inconclusive, no data or not measurable: pause"},
  Transition{Phase::analyzing, Trigger::skip,          Phase::analyzing, "analysis ended as terminated: goes on at once"},
  Transition{Phase::analyzing, Trigger::pause,         Phase::analyzing, "pause user"},
  Transition{Phase::analyzing, Trigger::resume,        Phase::analyzing, "pauses cleared; after an unsure one a new attempt"},
  Transition{Phase::analyzing, Trigger::advance_full,  Phase::promoting, "remaining steps dropped"},
  Transition{Phase::analyzing, Trigger::abort,         Phase::aborting,  "asked for"},
  Transition{Phase::analyzing, Trigger::guard,         Phase::aborting,  "target restarts or fails half of its requests"},
  Transition{Phase::analyzing, Trigger::drift,         Phase::analyzing, "put right once; windows begin anew"},
  Transition{Phase::analyzing, Trigger::drift_again,   Phase::analyzing, "pause drift"},

  Transition{Phase::rolling,   Trigger::rolled,        Phase::promoting, "all instances of the target are available"},
  Transition{Phase::rolling,   Trigger::pause,         Phase::rolling,   "pause user"},
  Transition{Phase::rolling,   Trigger::resume,        Phase::rolling,   "pauses cleared"},
  Transition{Phase::rolling,   Trigger::abort,         Phase::aborting,  "asked for"},
  Transition{Phase::rolling,   Trigger::guard,         Phase::aborting,  "target restarts or fails half of its requests"},
  Transition{Phase::rolling,   Trigger::deadline,      Phase::aborting,  "no progress in time"},
  Transition{Phase::rolling,   Trigger::drift,         Phase::rolling,   "put right once"},
  Transition{Phase::rolling,   Trigger::drift_again,   Phase::rolling,   "pause drift"},

  Transition{Phase::promoting, Trigger::promoted,      Phase::draining,  "all requests go to the target, verified"},
  Transition{Phase::promoting, Trigger::unverified,    Phase::promoting, "measured share is not the ordered one: pause drift"},
  Transition{Phase::promoting, Trigger::pause,         Phase::promoting, "pause user"},
  Transition{Phase::promoting, Trigger::resume,        Phase::promoting, "pauses cleared, share measured anew"},
  Transition{Phase::promoting, Trigger::abort,         Phase::aborting,  "asked for"},
  Transition{Phase::promoting, Trigger::guard,         Phase::aborting,  "target restarts or fails half of its requests"},
  Transition{Phase::promoting, Trigger::deadline,      Phase::aborting,  "no progress in time"},
  Transition{Phase::promoting, Trigger::drift,         Phase::promoting, "put right once"},
  Transition{Phase::promoting, Trigger::drift_again,   Phase::promoting, "pause drift"},

  Transition{Phase::draining,  Trigger::drained,       Phase::idle,      "stable has no request left: the target is stable now, completed"},
  Transition{Phase::draining,  Trigger::pause,         Phase::draining,  "pause user"},
  Transition{Phase::draining,  Trigger::resume,        Phase::draining,  "pauses cleared"},
  Transition{Phase::draining,  Trigger::abort,         Phase::aborting,  "asked for; stable still has all its instances"},
  Transition{Phase::draining,  Trigger::guard,         Phase::aborting,  "target restarts or fails half of its requests"},
  Transition{Phase::draining,  Trigger::drift,         Phase::draining,  "put right once"},
  Transition{Phase::draining,  Trigger::drift_again,   Phase::draining,  "pause drift"},

  Transition{Phase::aborting,  Trigger::restored,      Phase::idle,      "stable has all requests and all instances: rolled back or aborted"},
  Transition{Phase::aborting,  Trigger::nothing_back,  Phase::idle,      "first deployment, nothing to go back to: failed or aborted"},
  Transition{Phase::aborting,  Trigger::stuck,         Phase::aborting,  "stable does not come back in time: degraded, goes on trying"},
  Transition{Phase::aborting,  Trigger::abort,         Phase::aborting,  "on the way back already"},
  Transition{Phase::aborting,  Trigger::drift,         Phase::aborting,  "put right again, at most every 5 s"},
};
// clang-format on

constexpr bool unique_pairs() {
  for (std::size_t i = 0; i < kTransitions.size(); ++i) {
    for (std::size_t j = i + 1; j < kTransitions.size(); ++j) {
      if (kTransitions[i].from == kTransitions[j].from && kTransitions[i].on == kTransitions[j].on) return false;
    }
  }
  return true;
}
static_assert(unique_pairs(), "a phase and a trigger have exactly one row");

}  // namespace depops::rollout

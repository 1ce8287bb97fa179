#pragma once

#include <array>

#include "shared/rollout/transition.h"

namespace depops::rollout {

// clang-format off
using P = Phase;
using T = Trigger;
inline constexpr auto kTransitions = std::to_array<Transition>({
  {P::idle,      T::submit,           P::preflight, "a new target with a higher epoch"},
  {P::idle,      T::submit_same,      P::idle,      "the target is what serves already: completed, nothing done"},
  {P::idle,      T::retry,            P::preflight, "the last rollout did not complete: same plan, next attempt"},
  {P::idle,      T::drift,            P::idle,      "somebody changed the weights: put right once"},
  {P::idle,      T::drift_again,      P::idle,      "again within the window: left as it is and reported"},

  {P::preflight, T::next_weight,      P::scaling,   "artifact here, stable healthy: the first step"},
  {P::preflight, T::next_pause,       P::holding,   "artifact here, stable healthy: the first step"},
  {P::preflight, T::next_analysis,    P::analyzing, "artifact here, stable healthy: the first step"},
  {P::preflight, T::ready_rolling,    P::rolling,   "artifact here, stable healthy"},
  {P::preflight, T::steps_over,       P::promoting, "strategy skipped: first here, rollback, or advanced"},
  {P::preflight, T::impossible,       P::idle,      "the artifact can not be used: aborted, nothing was changed"},
  {P::preflight, T::deadline,         P::idle,      "not ready in time: aborted, nothing was changed"},
  {P::preflight, T::abort,            P::idle,      "aborted, nothing was changed"},
  {P::preflight, T::supersede,        P::idle,      "a newer target takes over; nothing was changed"},
  {P::preflight, T::pause,            P::preflight, "pause user"},
  {P::preflight, T::resume,           P::preflight, "pauses cleared"},
  {P::preflight, T::advance_full,     P::preflight, "the steps will be skipped"},
  {P::preflight, T::drift,            P::preflight, "put right once"},
  {P::preflight, T::drift_again,      P::preflight, "pause drift"},

  {P::scaling,   T::enough,           P::weighing,  "enough instances for the weight: weight ordered"},
  {P::scaling,   T::skip,             P::scaling,   "step skipped: goes on with the next one at once"},
  {P::scaling,   T::next_weight,      P::scaling,   "next step"},
  {P::scaling,   T::next_pause,       P::holding,   "next step"},
  {P::scaling,   T::next_analysis,    P::analyzing, "next step"},
  {P::scaling,   T::steps_over,       P::promoting, "no step left"},
  {P::scaling,   T::pause,            P::scaling,   "pause user"},
  {P::scaling,   T::resume,           P::scaling,   "pauses cleared"},
  {P::scaling,   T::advance_full,     P::promoting, "remaining steps dropped"},
  {P::scaling,   T::abort,            P::aborting,  "asked for"},
  {P::scaling,   T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::scaling,   T::guard,            P::aborting,  "target restarts or fails half of its requests"},
  {P::scaling,   T::deadline,         P::aborting,  "no progress in time"},
  {P::scaling,   T::drift,            P::scaling,   "put right once"},
  {P::scaling,   T::drift_again,      P::scaling,   "pause drift"},

  {P::weighing,  T::next_weight,      P::scaling,   "weight verified: next step"},
  {P::weighing,  T::next_pause,       P::holding,   "weight verified: next step"},
  {P::weighing,  T::next_analysis,    P::analyzing, "weight verified: next step"},
  {P::weighing,  T::steps_over,       P::promoting, "weight verified, no step left"},
  {P::weighing,  T::unverified,       P::weighing,  "measured share is not the ordered one: pause drift"},
  {P::weighing,  T::pause,            P::weighing,  "pause user"},
  {P::weighing,  T::resume,           P::weighing,  "pauses cleared, share measured anew"},
  {P::weighing,  T::advance_full,     P::promoting, "remaining steps dropped"},
  {P::weighing,  T::abort,            P::aborting,  "asked for"},
  {P::weighing,  T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::weighing,  T::guard,            P::aborting,  "target restarts or fails half of its requests"},
  {P::weighing,  T::deadline,         P::aborting,  "no progress in time"},
  {P::weighing,  T::drift,            P::weighing,  "put right once"},
  {P::weighing,  T::drift_again,      P::weighing,  "pause drift"},

  {P::holding,   T::next_weight,      P::scaling,   "pause over: next step"},
  {P::holding,   T::next_pause,       P::holding,   "pause over: next step"},
  {P::holding,   T::next_analysis,    P::analyzing, "pause over: next step"},
  {P::holding,   T::steps_over,       P::promoting, "pause over, no step left"},
  {P::holding,   T::advance,          P::holding,   "step pause cleared: goes on at once"},
  {P::holding,   T::skip,             P::holding,   "step skipped: goes on at once"},
  {P::holding,   T::pause,            P::holding,   "pause user"},
  {P::holding,   T::resume,           P::holding,   "pauses cleared except the step's own"},
  {P::holding,   T::advance_full,     P::promoting, "remaining steps dropped"},
  {P::holding,   T::abort,            P::aborting,  "asked for"},
  {P::holding,   T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::holding,   T::guard,            P::aborting,  "target restarts or fails half of its requests"},
  {P::holding,   T::drift,            P::holding,   "put right once"},
  {P::holding,   T::drift_again,      P::holding,   "pause drift"},

  {P::analyzing, T::next_weight,      P::scaling,   "analysis passed: next step"},
  {P::analyzing, T::next_pause,       P::holding,   "analysis passed: next step"},
  {P::analyzing, T::next_analysis,    P::analyzing, "analysis passed: next step"},
  {P::analyzing, T::steps_over,       P::promoting, "analysis passed, no step left"},
  {P::analyzing, T::verdict_fail,     P::aborting,  "analysis failed"},
  {P::analyzing, T::unsure,           P::analyzing, "inconclusive, no data or not measurable: pause"},
  {P::analyzing, T::skip,             P::analyzing, "analysis ended as terminated: goes on at once"},
  {P::analyzing, T::pause,            P::analyzing, "pause user"},
  {P::analyzing, T::resume,           P::analyzing, "pauses cleared; after an unsure one a new attempt"},
  {P::analyzing, T::advance_full,     P::promoting, "remaining steps dropped"},
  {P::analyzing, T::abort,            P::aborting,  "asked for"},
  {P::analyzing, T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::analyzing, T::guard,            P::aborting,  "target restarts or fails half of its requests"},
  {P::analyzing, T::drift,            P::analyzing, "put right once; windows begin anew"},
  {P::analyzing, T::drift_again,      P::analyzing, "pause drift"},

  {P::rolling,   T::rolled,           P::promoting, "all instances of the target are available"},
  {P::rolling,   T::pause,            P::rolling,   "pause user"},
  {P::rolling,   T::resume,           P::rolling,   "pauses cleared"},
  {P::rolling,   T::abort,            P::aborting,  "asked for"},
  {P::rolling,   T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::rolling,   T::guard,            P::aborting,  "target restarts or fails half of its requests"},
  {P::rolling,   T::deadline,         P::aborting,  "no progress in time"},
  {P::rolling,   T::drift,            P::rolling,   "put right once"},
  {P::rolling,   T::drift_again,      P::rolling,   "pause drift"},

  {P::promoting, T::promoted,         P::draining,  "all requests go to the target, verified"},
  {P::promoting, T::unverified,       P::promoting, "measured share is not the ordered one: pause drift"},
  {P::promoting, T::pause,            P::promoting, "pause user"},
  {P::promoting, T::resume,           P::promoting, "pauses cleared, share measured anew"},
  {P::promoting, T::abort,            P::aborting,  "asked for"},
  {P::promoting, T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::promoting, T::guard,            P::aborting,  "target restarts or fails half of its requests"},
  {P::promoting, T::deadline,         P::aborting,  "no progress in time"},
  {P::promoting, T::drift,            P::promoting, "put right once"},
  {P::promoting, T::drift_again,      P::promoting, "pause drift"},

  {P::draining,  T::drained,          P::idle,      "stable has no request left: completed"},
  {P::draining,  T::pause,            P::draining,  "pause user"},
  {P::draining,  T::resume,           P::draining,  "pauses cleared"},
  {P::draining,  T::abort,            P::aborting,  "asked for; stable still has all its instances"},
  {P::draining,  T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::draining,  T::supersede_later,  P::draining,  "stable has given up instances: completes, then the newer target"},
  {P::draining,  T::guard,            P::aborting,  "target restarts or fails half of its requests"},
  {P::draining,  T::deadline,         P::aborting,  "target did not stay whole"},
  {P::draining,  T::drift,            P::draining,  "put right once"},
  {P::draining,  T::drift_again,      P::draining,  "pause drift"},

  {P::aborting,  T::restored,         P::idle,      "stable is whole again: rolled back or aborted"},
  {P::aborting,  T::nothing_back,     P::idle,      "nothing to go back to: failed or aborted"},
  {P::aborting,  T::stuck,            P::aborting,  "stable does not come back: degraded, goes on trying"},
  {P::aborting,  T::abort,            P::aborting,  "on the way back already"},
  {P::aborting,  T::supersede_later,  P::aborting,  "goes back to the end, then the newer target"},
  {P::aborting,  T::drift,            P::aborting,  "put right again, at most every 5 s"},
});
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

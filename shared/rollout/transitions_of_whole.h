#pragma once

#include <array>

#include "shared/rollout/transition.h"

// The rows of all other phases: beginning, end, rolling updates, the way back. Read through transition_table.h.
namespace depops::rollout::rows {

// clang-format off
using P = Phase;
using T = Trigger;
inline constexpr auto kOfWhole = std::to_array<Transition>({
  {P::idle,      T::submit,           P::preflight, "a new target with a higher epoch"},
  {P::idle,      T::submit_same,      P::idle,      "the target is what serves already: completed, nothing done"},
  {P::idle,      T::retry,            P::preflight, "the last rollout did not complete: same plan, next attempt"},
  {P::idle,      T::drift,            P::idle,      "somebody changed the weights: put right once"},
  {P::idle,      T::drift_again,      P::idle,      "again within the window: left as it is and reported"},
  {P::idle,      T::warm_over,        P::idle,      "the earlier version was kept long enough: it is let go"},

  {P::preflight, T::next_weight,      P::scaling,   "artifact here, stable healthy: the first step"},
  {P::preflight, T::next_pause,       P::holding,   "artifact here, stable healthy: the first step"},
  {P::preflight, T::next_analysis,    P::analyzing, "artifact here, stable healthy: the first step"},
  {P::preflight, T::next_scale,       P::scaling,   "artifact here, stable healthy: the first step"},
  {P::preflight, T::next_route,       P::routing,   "artifact here, stable healthy: the first step"},
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

  {P::rolling,   T::rolled,           P::promoting, "all instances of the target are available"},
  {P::rolling,   T::pause,            P::rolling,   "pause user"},
  {P::rolling,   T::resume,           P::rolling,   "pauses cleared"},
  {P::rolling,   T::abort,            P::aborting,  "asked for"},
  {P::rolling,   T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::rolling,   T::guard,            P::aborting,  "target restarts, is not ready or fails half of its requests"},
  {P::rolling,   T::failure_held,     P::rolling,   "failed, and a person decides: pause"},
  {P::rolling,   T::unanswered,       P::aborting,  "failed, and nobody decided in time"},
  {P::rolling,   T::deadline,         P::aborting,  "no progress in time"},
  {P::rolling,   T::drift,            P::rolling,   "put right once"},
  {P::rolling,   T::drift_again,      P::rolling,   "pause drift"},

  {P::promoting, T::promoted,         P::draining,  "all requests go to the target, verified"},
  {P::promoting, T::bake,             P::baking,    "all requests go to the target, verified; watched"},
  {P::promoting, T::unverified,       P::promoting, "measured share is not the ordered one: pause drift"},
  {P::promoting, T::pause,            P::promoting, "pause user"},
  {P::promoting, T::resume,           P::promoting, "pauses cleared, share measured anew"},
  {P::promoting, T::abort,            P::aborting,  "asked for"},
  {P::promoting, T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::promoting, T::guard,            P::aborting,  "target restarts, is not ready or fails half of its requests"},
  {P::promoting, T::verdict_fail,     P::aborting,  "the analysis beside the steps failed"},
  {P::promoting, T::unsure,           P::promoting, "the analysis beside the steps is not sure: pause"},
  {P::promoting, T::failure_held,     P::promoting, "failed, and a person decides: pause"},
  {P::promoting, T::unanswered,       P::aborting,  "failed, and nobody decided in time"},
  {P::promoting, T::deadline,         P::aborting,  "no progress in time"},
  {P::promoting, T::drift,            P::promoting, "put right once"},
  {P::promoting, T::drift_again,      P::promoting, "pause drift"},

  {P::baking,    T::baked,            P::draining,  "watched long enough"},
  {P::baking,    T::advance,          P::draining,  "watched long enough, says a person"},
  {P::baking,    T::unsure,           P::baking,    "the analysis beside the steps is not sure: pause"},
  {P::baking,    T::pause,            P::baking,    "pause user"},
  {P::baking,    T::resume,           P::baking,    "pauses cleared"},
  {P::baking,    T::abort,            P::aborting,  "asked for"},
  {P::baking,    T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::baking,    T::verdict_fail,     P::aborting,  "the analysis beside the steps failed"},
  {P::baking,    T::guard,            P::aborting,  "target restarts, is not ready or fails half of its requests"},
  {P::baking,    T::failure_held,     P::baking,    "failed, and a person decides: pause"},
  {P::baking,    T::unanswered,       P::aborting,  "failed, and nobody decided in time"},
  {P::baking,    T::drift,            P::baking,    "put right once"},
  {P::baking,    T::drift_again,      P::baking,    "pause drift"},

  {P::draining,  T::drained,          P::idle,      "stable has no request left: completed"},
  {P::draining,  T::pause,            P::draining,  "pause user"},
  {P::draining,  T::resume,           P::draining,  "pauses cleared"},
  {P::draining,  T::abort,            P::aborting,  "asked for; stable still has all its instances"},
  {P::draining,  T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::draining,  T::supersede_later,  P::draining,  "stable has given up instances: completes, then the newer target"},
  {P::draining,  T::guard,            P::aborting,  "target restarts, is not ready or fails half of its requests"},
  {P::draining,  T::failure_held,     P::draining,  "failed, and a person decides: pause"},
  {P::draining,  T::unanswered,       P::aborting,  "failed, and nobody decided in time"},
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

}  // namespace depops::rollout::rows

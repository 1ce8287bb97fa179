#pragma once

#include <array>

#include "shared/rollout/transition.h"

// The rows of the phases in which the steps of a canary are taken. Read through transition_table.h.
namespace depops::rollout::rows {

// clang-format off
using P = Phase;
using T = Trigger;
inline constexpr auto kOfSteps = std::to_array<Transition>({
  {P::scaling,   T::enough,           P::weighing,  "enough instances for the weight: weight ordered"},
  {P::scaling,   T::skip,             P::scaling,   "step skipped: goes on with the next one at once"},
  {P::scaling,   T::next_weight,      P::scaling,   "next step"},
  {P::scaling,   T::next_pause,       P::holding,   "next step"},
  {P::scaling,   T::next_analysis,    P::analyzing, "next step"},
  {P::scaling,   T::next_scale,       P::scaling,   "next step"},
  {P::scaling,   T::steps_over,       P::promoting, "no step left"},
  {P::scaling,   T::pause,            P::scaling,   "pause user"},
  {P::scaling,   T::resume,           P::scaling,   "pauses cleared"},
  {P::scaling,   T::advance_full,     P::promoting, "remaining steps dropped"},
  {P::scaling,   T::abort,            P::aborting,  "asked for"},
  {P::scaling,   T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::scaling,   T::guard,            P::aborting,  "target restarts or fails half of its requests"},
  {P::scaling,   T::verdict_fail,     P::aborting,  "the analysis beside the steps failed"},
  {P::scaling,   T::unsure,           P::scaling,   "the analysis beside the steps is not sure: pause"},
  {P::scaling,   T::failure_held,     P::scaling,   "failed, and a person decides: pause"},
  {P::scaling,   T::unanswered,       P::aborting,  "failed, and nobody decided in time"},
  {P::scaling,   T::deadline,         P::aborting,  "no progress in time"},
  {P::scaling,   T::drift,            P::scaling,   "put right once"},
  {P::scaling,   T::drift_again,      P::scaling,   "pause drift"},

  {P::weighing,  T::next_weight,      P::scaling,   "weight verified: next step"},
  {P::weighing,  T::next_pause,       P::holding,   "weight verified: next step"},
  {P::weighing,  T::next_analysis,    P::analyzing, "weight verified: next step"},
  {P::weighing,  T::next_scale,       P::scaling,   "next step"},
  {P::weighing,  T::steps_over,       P::promoting, "weight verified, no step left"},
  {P::weighing,  T::unverified,       P::weighing,  "measured share is not the ordered one: pause drift"},
  {P::weighing,  T::pause,            P::weighing,  "pause user"},
  {P::weighing,  T::resume,           P::weighing,  "pauses cleared, share measured anew"},
  {P::weighing,  T::advance_full,     P::promoting, "remaining steps dropped"},
  {P::weighing,  T::abort,            P::aborting,  "asked for"},
  {P::weighing,  T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::weighing,  T::guard,            P::aborting,  "target restarts or fails half of its requests"},
  {P::weighing,  T::verdict_fail,     P::aborting,  "the analysis beside the steps failed"},
  {P::weighing,  T::unsure,           P::weighing,  "the analysis beside the steps is not sure: pause"},
  {P::weighing,  T::failure_held,     P::weighing,  "failed, and a person decides: pause"},
  {P::weighing,  T::unanswered,       P::aborting,  "failed, and nobody decided in time"},
  {P::weighing,  T::deadline,         P::aborting,  "no progress in time"},
  {P::weighing,  T::drift,            P::weighing,  "put right once"},
  {P::weighing,  T::drift_again,      P::weighing,  "pause drift"},

  {P::holding,   T::next_weight,      P::scaling,   "pause over: next step"},
  {P::holding,   T::next_pause,       P::holding,   "pause over: next step"},
  {P::holding,   T::next_analysis,    P::analyzing, "pause over: next step"},
  {P::holding,   T::next_scale,       P::scaling,   "next step"},
  {P::holding,   T::steps_over,       P::promoting, "pause over, no step left"},
  {P::holding,   T::advance,          P::holding,   "step pause cleared: goes on at once"},
  {P::holding,   T::skip,             P::holding,   "step skipped: goes on at once"},
  {P::holding,   T::pause,            P::holding,   "pause user"},
  {P::holding,   T::resume,           P::holding,   "pauses cleared except the step's own"},
  {P::holding,   T::advance_full,     P::promoting, "remaining steps dropped"},
  {P::holding,   T::abort,            P::aborting,  "asked for"},
  {P::holding,   T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::holding,   T::guard,            P::aborting,  "target restarts or fails half of its requests"},
  {P::holding,   T::verdict_fail,     P::aborting,  "the analysis beside the steps failed"},
  {P::holding,   T::unsure,           P::holding,   "the analysis beside the steps is not sure: pause"},
  {P::holding,   T::failure_held,     P::holding,   "failed, and a person decides: pause"},
  {P::holding,   T::unanswered,       P::aborting,  "failed, and nobody decided in time"},
  {P::holding,   T::drift,            P::holding,   "put right once"},
  {P::holding,   T::drift_again,      P::holding,   "pause drift"},

  {P::analyzing, T::next_weight,      P::scaling,   "analysis passed: next step"},
  {P::analyzing, T::next_pause,       P::holding,   "analysis passed: next step"},
  {P::analyzing, T::next_analysis,    P::analyzing, "analysis passed: next step"},
  {P::analyzing, T::next_scale,       P::scaling,   "next step"},
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
  {P::analyzing, T::failure_held,     P::analyzing, "failed, and a person decides: pause"},
  {P::analyzing, T::unanswered,       P::aborting,  "failed, and nobody decided in time"},
  {P::analyzing, T::drift,            P::analyzing, "put right once; windows begin anew"},
  {P::analyzing, T::drift_again,      P::analyzing, "pause drift"},
});
// clang-format on

}  // namespace depops::rollout::rows

#pragma once

#include <array>

#include "shared/rollout/transition.h"

// The rows of steps that wait for somebody outside: people who approve, hooks that run. Read through
// transition_table.h.
namespace depops::rollout::rows {

// clang-format off
using P = Phase;
using T = Trigger;
inline constexpr auto kOfGates = std::to_array<Transition>({
  {P::preflight, T::next_approval,    P::holding,   "artifact here, stable healthy: the first step"},
  {P::scaling,   T::next_approval,    P::holding,   "next step: pause approval"},
  {P::weighing,  T::next_approval,    P::holding,   "weight verified: next step: pause approval"},
  {P::holding,   T::next_approval,    P::holding,   "pause over: next step: pause approval"},
  {P::analyzing, T::next_approval,    P::holding,   "analysis passed: next step: pause approval"},
  {P::routing,   T::next_approval,    P::holding,   "routes in force: next step: pause approval"},
  {P::holding,   T::approve,          P::holding,   "counted; with the last one that is needed it goes on"},
  {P::holding,   T::reject,           P::aborting,  "a person said no"},
  {P::holding,   T::unapproved,       P::aborting,  "too few people approved in time"},

  {P::preflight, T::next_hook,        P::hooking,   "artifact here, stable healthy: the first step"},
  {P::scaling,   T::next_hook,        P::hooking,   "next step"},
  {P::weighing,  T::next_hook,        P::hooking,   "weight verified: next step"},
  {P::holding,   T::next_hook,        P::hooking,   "pause over: next step"},
  {P::analyzing, T::next_hook,        P::hooking,   "analysis passed: next step"},
  {P::routing,   T::next_hook,        P::hooking,   "routes in force: next step"},
  {P::hooking,   T::next_route,       P::routing,   "hook done: next step"},
  {P::hooking,   T::next_hook,        P::hooking,   "hook done: next step"},
  {P::hooking,   T::next_weight,      P::scaling,   "hook done: next step"},
  {P::hooking,   T::next_pause,       P::holding,   "hook done: next step"},
  {P::hooking,   T::next_analysis,    P::analyzing, "hook done: next step"},
  {P::hooking,   T::next_scale,       P::scaling,   "hook done: next step"},
  {P::hooking,   T::next_approval,    P::holding,   "hook done: next step: pause approval"},
  {P::hooking,   T::steps_over,       P::promoting, "hook done, no step left"},
  {P::hooking,   T::hook_again,       P::hooking,   "failed, or not known and idempotent: tried again"},
  {P::hooking,   T::hook_unknown,     P::hooking,   "whether it was carried out is not known: pause inconclusive"},
  {P::hooking,   T::hook_failed,      P::aborting,  "failed as often as it may"},
  {P::hooking,   T::skip,             P::hooking,   "hook ended if it runs: goes on with the next step at once"},
  {P::hooking,   T::pause,            P::hooking,   "pause user; what runs runs on"},
  {P::hooking,   T::resume,           P::hooking,   "pauses cleared; what failed or is not known runs anew"},
  {P::hooking,   T::advance_full,     P::promoting, "hook ended if it runs, remaining steps dropped"},
  {P::hooking,   T::abort,            P::aborting,  "asked for: hook ended if it runs, its undo follows"},
  {P::hooking,   T::supersede,        P::aborting,  "a newer target takes over: back to stable, then that one"},
  {P::hooking,   T::guard,            P::aborting,  "target restarts, is not ready or fails half of its requests"},
  {P::hooking,   T::verdict_fail,     P::aborting,  "the analysis beside the steps failed"},
  {P::hooking,   T::unsure,           P::hooking,   "the analysis beside the steps is not sure: pause"},
  {P::hooking,   T::failure_held,     P::hooking,   "failed, and a person decides: pause"},
  {P::hooking,   T::unanswered,       P::aborting,  "failed, and nobody decided in time"},
  {P::hooking,   T::drift,            P::hooking,   "put right once"},
  {P::hooking,   T::drift_again,      P::hooking,   "pause drift"},

  {P::aborting,  T::undo,             P::aborting,  "no request left on the target: the last hook is taken back first"},
  {P::aborting,  T::undo_again,       P::aborting,  "an undo failed: tried again after a while"},
  {P::aborting,  T::undo_given_up,    P::aborting,  "an undo failed too often: told, and the next one follows"},
});
// clang-format on

}  // namespace depops::rollout::rows

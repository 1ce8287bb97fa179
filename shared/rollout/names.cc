#include <array>
#include <cstddef>

#include "shared/rollout/record.h"
#include "shared/rollout/report.h"
#include "shared/rollout/verb.h"

namespace depops::rollout {
namespace {

constexpr std::array<const char*, 12> kStates = {"pending", "queued",       "waiting",   "running",
                                                 "paused",  "rolling_back", "completed", "rolled_back",
                                                 "aborted", "cancelled",    "expired",   "failed"};
constexpr std::array<const char*, 10> kVerbs = {"pause", "resume", "advance", "advance_full", "skip",
                                                "abort", "retry",  "scale",   "approve",      "reject"};
constexpr std::array<const char*, kPhases> kPhaseNames = {"idle",      "preflight", "scaling",   "weighing", "holding",
                                                          "analyzing", "rolling",   "promoting", "draining", "aborting",
                                                          "baking",    "routing",   "hooking"};
constexpr std::array<const char*, 9> kPauses = {"user",     "step",     "inconclusive", "metric_outage", "drift",
                                                "approval", "hub_hold", "freeze",       "failure"};
constexpr std::array<const char*, 5> kIntents = {"scale target", "scale stable", "weight", "routes", "hook"};
constexpr std::array<const char*, 7> kHookStates = {"due", "running", "again", "done", "failed", "unknown", "ended"};

template <typename Enum, std::size_t N>
std::optional<Enum> named(const std::array<const char*, N>& names, const std::string& text) noexcept {
  for (std::size_t i = 0; i < N; ++i) {
    if (text == names[i]) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

const char* name_of(State state) noexcept { return kStates[static_cast<std::size_t>(state)]; }
const char* name_of(Verb verb) noexcept { return kVerbs[static_cast<std::size_t>(verb)]; }
const char* name_of(Phase phase) noexcept { return kPhaseNames[static_cast<std::size_t>(phase)]; }
const char* name_of(PauseReason reason) noexcept { return kPauses[static_cast<std::size_t>(reason)]; }
const char* name_of(HookState state) noexcept { return kHookStates[static_cast<std::size_t>(state)]; }
const char* name_of(IntentKind kind) noexcept { return kIntents[static_cast<std::size_t>(kind)]; }

std::optional<State> state_named(const std::string& text) noexcept { return named<State>(kStates, text); }
std::optional<Verb> verb_named(const std::string& text) noexcept { return named<Verb>(kVerbs, text); }

bool is_ended(State state) noexcept { return state >= State::completed; }

}  // namespace depops::rollout

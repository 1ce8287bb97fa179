#include "shared/rollout/transition.h"

#include <array>
#include <map>
#include <utility>

#include "shared/rollout/transition_table.h"

namespace depops::rollout {
namespace {

constexpr std::array<const char*, kTriggers> kNames = {
    "submit",       "submit_same", "pause",         "resume",          "advance",       "advance_full",  "skip",
    "abort",        "retry",       "supersede",     "supersede_later", "impossible",    "ready_rolling", "enough",
    "next_weight",  "next_pause",  "next_analysis", "next_scale",      "steps_over",    "unverified",    "unsure",
    "verdict_fail", "guard",       "deadline",      "rolled",          "promoted",      "bake",          "baked",
    "drained",      "restored",    "nothing_back",  "stuck",           "drift",         "drift_again",   "failure_held",
    "unanswered",   "warm_over",   "next_route",    "scale",           "next_approval", "approve",       "reject",
    "unapproved",   "next_hook",   "hook_again",    "hook_unknown",    "hook_failed",   "undo",          "undo_again",
    "undo_given_up"};

using Index = std::array<std::array<std::int16_t, kTriggers>, kPhases>;

constexpr Index make_index() {
  Index index{};
  for (auto& row : index) {
    for (auto& cell : row) cell = -1;
  }
  for (std::size_t i = 0; i < kTransitions.size(); ++i) {
    const Transition& row = kTransitions[i];
    index[static_cast<std::size_t>(row.from)][static_cast<std::size_t>(row.on)] = static_cast<std::int16_t>(i);
  }
  return index;
}

constexpr Index kIndex = make_index();

}  // namespace

std::optional<std::size_t> row_of(Phase from, Trigger on) noexcept {
  const std::int16_t row = kIndex[static_cast<std::size_t>(from)][static_cast<std::size_t>(on)];
  if (row < 0) return std::nullopt;
  return static_cast<std::size_t>(row);
}

const char* name_of(Trigger trigger) noexcept { return kNames[static_cast<std::size_t>(trigger)]; }

std::string diagram() {
  std::map<std::pair<Phase, Phase>, std::string> arrows;
  for (const Transition& row : kTransitions) {
    std::string& label = arrows[{row.from, row.next}];
    if (!label.empty()) label += ", ";
    label += name_of(row.on);
  }
  std::string text = "stateDiagram-v2\n  [*] --> idle\n";
  for (const auto& [ends, label] : arrows) {
    text += std::string("  ") + name_of(ends.first) + " --> " + name_of(ends.second) + ": " + label + "\n";
  }
  return text;
}

}  // namespace depops::rollout

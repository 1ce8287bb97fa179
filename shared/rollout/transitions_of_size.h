#pragma once

#include <array>

#include "shared/rollout/transition.h"

// Scaling leaves every phase as it is. Read through transition_table.h.
namespace depops::rollout::rows {

// clang-format off
inline constexpr auto kOfSize = std::to_array<Transition>({
  {Phase::idle,      Trigger::scale, Phase::idle,      "stable and what is kept warm have another size"},
  {Phase::preflight, Trigger::scale, Phase::preflight, "stable has another size: the first step waits for it"},
  {Phase::scaling,   Trigger::scale, Phase::scaling,   "stable has another size, the target its share of it"},
  {Phase::weighing,  Trigger::scale, Phase::weighing,  "stable has another size, the target its share of it"},
  {Phase::holding,   Trigger::scale, Phase::holding,   "stable has another size, the target its share of it"},
  {Phase::analyzing, Trigger::scale, Phase::analyzing, "stable has another size, the target its share of it"},
  {Phase::hooking,   Trigger::scale, Phase::hooking,   "stable has another size, the target its share of it"},
  {Phase::routing,   Trigger::scale, Phase::routing,   "stable has another size, the target its share of it"},
  {Phase::rolling,   Trigger::scale, Phase::rolling,   "both sets in proportion, within the surge"},
  {Phase::promoting, Trigger::scale, Phase::promoting, "the target has another size, and a stable that is whole"},
  {Phase::baking,    Trigger::scale, Phase::baking,    "the target has another size, and a stable that is whole"},
  {Phase::draining,  Trigger::scale, Phase::draining,  "the target has another size, and a stable that is whole"},
  {Phase::aborting,  Trigger::scale, Phase::aborting,  "stable comes back with another size"},
});
// clang-format on

}  // namespace depops::rollout::rows

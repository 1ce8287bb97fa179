#pragma once

#include <array>

#include "shared/rollout/transition.h"
#include "shared/rollout/transitions_of_gates.h"
#include "shared/rollout/transitions_of_size.h"
#include "shared/rollout/transitions_of_steps.h"
#include "shared/rollout/transitions_of_whole.h"

namespace depops::rollout {

constexpr auto all_rows() {
  std::array<Transition, rows::kOfWhole.size() + rows::kOfSteps.size() + rows::kOfSize.size() + rows::kOfGates.size()>
      all{};
  std::size_t at = 0;
  for (const Transition& row : rows::kOfWhole) all[at++] = row;
  for (const Transition& row : rows::kOfSteps) all[at++] = row;
  for (const Transition& row : rows::kOfSize) all[at++] = row;
  for (const Transition& row : rows::kOfGates) all[at++] = row;
  return all;
}

inline constexpr auto kTransitions = all_rows();

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

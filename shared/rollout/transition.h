#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "shared/rollout/record.h"

// What can happen next in a rollout, as data. Whatever is not listed is refused with a reason and has no effect.
namespace depops::rollout {

enum class Trigger : std::uint8_t {
  // asked for
  submit,
  submit_same,
  pause,
  resume,
  advance,
  advance_full,
  skip,
  abort,
  retry,
  supersede,
  supersede_later,
  // seen
  impossible,
  ready_rolling,
  enough,
  next_weight,
  next_pause,
  next_analysis,
  next_scale,
  steps_over,
  unverified,
  unsure,
  verdict_fail,
  guard,
  deadline,
  rolled,
  promoted,
  bake,
  baked,
  drained,
  restored,
  nothing_back,
  stuck,
  drift,
  drift_again,
  failure_held,
  unanswered,
  warm_over,
  next_route,
  scale,
  // approval steps
  next_approval,
  approve,
  reject,
  unapproved,
  // hook steps
  next_hook,
  hook_again,
  hook_unknown,
  hook_failed,
  undo,
  undo_again,
  undo_given_up,
};
inline constexpr std::size_t kTriggers = 50;

struct Transition {
  Phase from{};
  Trigger on{};
  Phase next{};
  const char* what = "";  // guard and action, for people
};

// Index of the row, or nothing: the trigger is refused in this phase.
std::optional<std::size_t> row_of(Phase from, Trigger on) noexcept;

const char* name_of(Trigger trigger) noexcept;

// The table as a mermaid state diagram; rows between the same two phases share an arrow.
std::string diagram();

}  // namespace depops::rollout

#pragma once

#include <cstdint>
#include <string>

#include "shared/base/moment.h"

// What a record keeps of the hooks that its rollout began.
namespace depops::rollout {

enum class HookState : std::uint8_t {
  due,      // not begun, or to begin anew with another key
  running,  // ordered; written before it is given
  again,    // it begins once more with the same key
  done,
  failed,
  unknown,  // whether it was carried out is not known
  ended,    // given up while it ran
};

struct HookRun {
  HookState state = HookState::due;
  std::uint64_t order = 0;  // number of the intent: which run of this service it is
  std::uint32_t tries = 0;  // since the step, or a person, began it
  Stamp at;                 // when the state came
  bool operator==(const HookRun&) const = default;
};

struct HookMark {
  std::uint32_t step = 0;
  std::uint32_t attempt = 0;  // number of its key; rises over the whole rollout, so that no two runs share one
  HookRun run;
  HookRun undo;
  std::string trouble;  // of the undo, when it was given up
  bool operator==(const HookMark&) const = default;
};

const char* name_of(HookState state) noexcept;

}  // namespace depops::rollout

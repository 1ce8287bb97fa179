#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/rollout/record.h"

namespace depops::rollout {

// The one hook of the service that should be running now.
struct WantedHook {
  std::uint64_t order = 0;  // another number is another run
  std::string key;          // "<rollout>/<step>/<attempt>", of an undo with "/undo": the same key, the same effect
  std::uint32_t step = 0;
  std::string name;
  const HookCall* call = nullptr;  // of the plan
  Millis timeout{0};
};

std::optional<WantedHook> wanted_hook(const Record& record);

// The hook of that step, else null.
const Hook* hook_at(const Record& record, std::uint32_t step);

std::string hook_key(const Record& record, const HookMark& mark);

}  // namespace depops::rollout

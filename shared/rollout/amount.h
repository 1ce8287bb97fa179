#pragma once

#include <cstdint>
#include <string_view>

#include "shared/base/result.h"
#include "shared/rollout/plan.h"

namespace depops::rollout {

// "3" or "25%". Error: "is "oops"; a count like 1 or a share like 25%".
Result<CountOrPercent> parse_amount(std::string_view text);

// The count of n: a share is rounded up; never more than n.
std::uint32_t count_of(const CountOrPercent& amount, std::uint32_t n);

}  // namespace depops::rollout

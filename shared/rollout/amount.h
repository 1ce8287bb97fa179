#pragma once

#include <string_view>

#include "shared/base/result.h"
#include "shared/rollout/plan.h"

namespace depops::rollout {

// "3" or "25%". Error: "is "oops"; a count like 1 or a share like 25%".
Result<CountOrPercent> parse_amount(std::string_view text);

}  // namespace depops::rollout

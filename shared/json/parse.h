#pragma once

#include <string_view>

#include "shared/base/result.h"
#include "shared/json/value.h"

namespace depops::json {

// The whole text as one value. Error `invalid`: "line 2, column 9: the name "a" stands here twice".
Result<Value> parse(std::string_view text);

}  // namespace depops::json

#pragma once

#include <string>

#include "shared/base/result.h"
#include "shared/json/value.h"

namespace depops::agent::kubernetes {

// A scalar without quotes as kubectl reads it: 0644 is 420, true is a truth value. Error `invalid`, with the remedy,
// for what one reader takes for a number or truth value and another for a text: yes, 1_000, 089, .inf.
Result<json::Value> plain_scalar(const std::string& text);

}  // namespace depops::agent::kubernetes

#pragma once

#include <optional>
#include <string>

#include "shared/base/result.h"
#include "shared/json/value.h"

namespace depops::agent::http_json {

// What the JSON pointer leads to; null where it leads nowhere. Pre: "" or a text that starts with '/'.
const json::Value* at_pointer(const json::Value& root, const std::string& pointer);

// The number there: nothing where there is nothing or null. Error: something that is no number.
Result<std::optional<double>> number_at(const json::Value& root, const std::string& pointer);

// The same for a counter: also an error where it is no whole number of 0 or more.
Result<std::optional<std::uint64_t>> count_at(const json::Value& root, const std::string& pointer);

}  // namespace depops::agent::http_json

#pragma once

#include <string>

#include "shared/json/value.h"

namespace depops::json {

// On one line, without spaces. Always valid JSON and valid UTF-8, whatever bytes the strings hold.
std::string write(const Value& value);

}  // namespace depops::json

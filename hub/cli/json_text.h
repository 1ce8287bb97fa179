#pragma once

#include <string>

#include "shared/json/value.h"

namespace depops::hub::cli {

// Two spaces per level, members in their order, a line end at the end.
std::string pretty_json(const json::Value& value);

// Block style; every text that a reader could take for something else is in double quotes. A line end at the end.
std::string yaml_text(const json::Value& value);

// Of a scalar as a person reads it: text without quotes, nothing for null.
std::string plain_text(const json::Value& value);

// Without control characters, so that what a hub or a file says can not steer the terminal. Keeps line ends if asked.
std::string printable(const std::string& text, bool keep_lines = false);

}  // namespace depops::hub::cli

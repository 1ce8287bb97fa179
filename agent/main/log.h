#pragma once

#include <string>

namespace depops::agent {

// One line on standard error: time in UTC, then the key=value text given. Thread: any.
void log_line(const std::string& text);

// A text as a value: in double quotes, with quotes and line breaks escaped.
std::string quoted(const std::string& text);

}  // namespace depops::agent

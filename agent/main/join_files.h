#pragma once

#include <string>

#include "shared/base/result.h"

namespace depops::agent {

// The token: the one word in the file, or on standard input ("-"). Errors never repeat it.
Result<std::string> read_token(const std::string& path);

}  // namespace depops::agent

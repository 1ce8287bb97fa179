#pragma once

#include <string>

#include "shared/base/result.h"

namespace depops::agent::kubernetes {

// A whole file of at most 1 MiB. Errors: not_found, invalid (larger, a folder); none repeats what is in it.
Result<std::string> read_small_file(const std::string& file);

std::string trimmed(const std::string& text);  // without space and line ends around it

}  // namespace depops::agent::kubernetes

#pragma once

#include <string>

#include "hub/cli/answer.h"

namespace depops::hub::cli {

// A whole file of at most `most` bytes; "-" is standard input.
Answer<std::string> read_text_file(const std::string& path, std::size_t most);

}  // namespace depops::hub::cli

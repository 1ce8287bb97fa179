#pragma once

#include <string>

#include "hub/cli/answer.h"

namespace depops::hub::cli {

// A whole file of at most `most` bytes; "-" is standard input.
Answer<std::string> read_text_file(const std::string& path, std::size_t most);

// Never replaces a file. The mode is the umask's.
Answer<bool> write_new_file(const std::string& path, const std::string& bytes);

// All of the new bytes or all of the old ones, whatever happens meanwhile.
Answer<bool> replace_file(const std::string& path, const std::string& bytes);

}  // namespace depops::hub::cli

#pragma once

#include <functional>
#include <string>

#include "shared/base/result.h"

// Files of a site in the making. Whatever breaks off, each is there whole or not at all.
namespace depops::agent {

using Save = std::function<Result<void>(const std::string& path)>;

// `save` writes a file that is not there; then it gets its name. Nothing is done if the name is taken already.
Result<void> make_once(const std::string& path, const Save& save);

// Writes the text; refuses if the file is there with another content.
Result<void> write_same(const std::string& path, const std::string& text);

// Writes the text in place of what is there.
Result<void> replace(const std::string& path, const std::string& text);

// The token: the one word in the file, or on standard input ("-"). Errors never repeat it.
Result<std::string> read_token(const std::string& path);

}  // namespace depops::agent

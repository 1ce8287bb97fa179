#pragma once

#include <functional>
#include <string>

#include "shared/base/result.h"

// Files that other programs read, and that must outlive a crash at any moment. Errors: unavailable, with path and
// remedy. Thread: any, one at a time for one path.
namespace depops::whole_file {

using Save = std::function<Result<void>(const std::string& path)>;

// `save` writes a file that is not there; then it gets its name. Nothing is done if the name is taken already.
Result<void> make_once(const std::string& path, const Save& save);

// Writes the text in place of what is there; mode 0600, or 0644 if others are to read it.
enum class Readers { owner, all };
Result<void> replace(const std::string& path, const std::string& text, Readers readers = Readers::owner);

// Writes the text; `exists` if the file is there with another content.
Result<void> write_same(const std::string& path, const std::string& text);

// The first `most` bytes of it; empty: it is not there, or can not be read.
std::string beginning_of(const std::string& path, std::size_t most);

}  // namespace depops::whole_file

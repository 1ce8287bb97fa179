#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace depops::whole_file {

// Tells without reading it whether a file is still what it was: another file under the same name, also behind a link,
// has another number, and who writes into it changes a time. Two writes of equal length within one tick of the file
// system's clock (some milliseconds) look like one.
struct FileState {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  std::int64_t size = 0;
  std::chrono::nanoseconds written{0};  // since the epoch
  std::chrono::nanoseconds changed{0};  // the same, of its owner, rights and names too
  bool operator==(const FileState&) const = default;
};

// Nothing: there is no such file, or it can not be looked at. Thread: any.
std::optional<FileState> state_of(const std::string& path);

}  // namespace depops::whole_file

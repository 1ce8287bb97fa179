#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "shared/base/result.h"

namespace depops::agent::logs {

// Counts the lines of one log that is rotated to PATH.1. Thread: one.
class Follower {
 public:
  // `from_end`: what is there already is not read.
  Follower(std::string path, std::vector<std::string> any_of, bool from_end);

  Follower(Follower&&) noexcept;
  ~Follower();

  // Reads on. Error: the log can not be read.
  Result<void> read();

  std::uint64_t lines() const { return lines_; }        // of this life
  std::uint64_t matching() const { return matching_; }  // of these, with one of the texts
  std::uint32_t life() const { return life_; }          // rises when lines were missed

 private:
  class File;

  void miss();
  Result<void> read_to_end();
  void take(const char* bytes, std::size_t count);
  void line();

  std::string path_;
  std::vector<std::string> any_of_;
  bool from_end_;
  std::unique_ptr<File> file_;  // held open: while it is, no other file can have its number
  off_t offset_ = 0;
  std::string part_;  // of a line that is not whole yet
  std::uint64_t lines_ = 0;
  std::uint64_t matching_ = 0;
  std::uint32_t life_ = 1;
};

}  // namespace depops::agent::logs

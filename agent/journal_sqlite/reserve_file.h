#pragma once

#include <cstdint>
#include <string>

namespace depops::agent {

// Disk space held back by a file, for the moment when there is none left.
class ReserveFile {
 public:
  ReserveFile(std::string path, std::uint64_t bytes) : path_(std::move(path)), bytes_(bytes) {}

  // True: the space is held (it may have been already). False: there is not that much.
  bool hold();
  void free();
  bool held() const noexcept { return held_; }

 private:
  std::string path_;
  std::uint64_t bytes_;
  bool held_ = false;
};

}  // namespace depops::agent

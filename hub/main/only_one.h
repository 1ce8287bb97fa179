#pragma once

#include <filesystem>

#include "shared/base/result.h"

namespace depops::hub {

// Held by the hub that runs on a state directory, until its process ends, however it ends.
class OnlyOne {
 public:
  // Errors: conflict, if another process holds it.
  static Result<OnlyOne> in(const std::filesystem::path& state_directory);
  OnlyOne() = default;
  ~OnlyOne();
  OnlyOne(OnlyOne&& other) noexcept;
  OnlyOne& operator=(OnlyOne&& other) noexcept;

 private:
  explicit OnlyOne(int file) : file_(file) {}

  int file_ = -1;
};

}  // namespace depops::hub

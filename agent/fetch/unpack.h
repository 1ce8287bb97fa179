#pragma once

#include <cstdint>
#include <string>

#include "shared/base/result.h"

namespace depops::fetch {

struct UnpackLimits {
  std::uint64_t max_bytes = 0;  // of all files together
  std::uint32_t max_entries = 0;
};

// Unpacks a tar (plain, gzip, xz, zstd) into `dir`, which must be empty. Only regular files and folders below `dir`:
// links, devices, absolute paths, "..", a path named twice and whatever passes the limits are errors (invalid), after
// which `dir` holds a part and must be removed. Set-id bits and owners are not taken over.
Result<void> unpack(const std::string& file, const std::string& dir, const UnpackLimits& limits);

}  // namespace depops::fetch

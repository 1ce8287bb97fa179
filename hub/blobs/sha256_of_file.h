#pragma once

#include <filesystem>

#include "shared/base/names.h"
#include "shared/base/result.h"

namespace depops::hub::blobs {

// Reads the file from its start; memory use does not depend on its size.
Result<Digest> sha256_of_file(const std::filesystem::path& path);

}  // namespace depops::hub::blobs

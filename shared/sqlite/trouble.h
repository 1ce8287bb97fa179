#pragma once

#include <string>

#include "shared/base/result.h"

struct sqlite3;

namespace depops::sqlite {

// What went wrong last on this handle, as the reaction a caller can choose and a sentence with a remedy.
Error trouble(sqlite3* handle, const std::string& path);

}  // namespace depops::sqlite

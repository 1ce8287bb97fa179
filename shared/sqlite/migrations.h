#pragma once

#include <span>
#include <string_view>

#include "shared/base/result.h"
#include "shared/sqlite/connection.h"

namespace depops::sqlite {

// One step of a schema, forward only. `number` counts from 1 and is kept in the file as user_version.
struct Migration {
  int number = 0;
  std::string_view sql;
};

// Brings the file to the newest schema, each step in a transaction of its own. A file from a newer program is
// `unsupported` and left as it is.
Result<void> migrate(Connection& connection, std::span<const Migration> migrations);

Result<int> schema_version(Connection& connection);

}  // namespace depops::sqlite

#include "shared/sqlite/migrations.h"

#include <string>

#include "shared/base/check.h"

namespace depops::sqlite {

Result<int> schema_version(Connection& connection) {
  DEPOPS_TRY(Statement query, connection.prepare("PRAGMA user_version"));
  DEPOPS_TRY(const bool row, query.step());
  return row ? static_cast<int>(query.int64(0)) : 0;
}

Result<void> migrate(Connection& connection, std::span<const Migration> migrations) {
  DEPOPS_TRY(const int found, schema_version(connection));
  const int newest = static_cast<int>(migrations.size());
  if (found > newest) {
    return Error{Errc::unsupported, connection.path() + ": schema " + std::to_string(found) +
                                        " was written by a newer program; this one knows up to " +
                                        std::to_string(newest) + ". Start the newer program, or restore a backup"};
  }
  for (int next = found + 1; next <= newest; ++next) {
    const Migration& migration = migrations[static_cast<std::size_t>(next) - 1];
    DEPOPS_CHECK(migration.number == next);
    const std::string place = "migration " + std::to_string(next);
    DEPOPS_TRY(Transaction transaction, Transaction::begin(connection));
    for (const std::string& sql : {std::string(migration.sql), "PRAGMA user_version = " + std::to_string(next)}) {
      const auto done = connection.execute(sql);
      if (!done) return done.error().in(place);
    }
    DEPOPS_TRY_VOID(transaction.commit());
  }
  return {};
}

}  // namespace depops::sqlite

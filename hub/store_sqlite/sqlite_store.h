#pragma once

#include <memory>
#include <span>
#include <string>

#include "hub/ports/store.h"
#include "hub/store_sqlite/log_tree.h"
#include "shared/sqlite/connection.h"
#include "shared/sqlite/migrations.h"

namespace depops::hub::store_sqlite {

// The steps of the schema, in order: migrations/NNN.sql.
std::span<const sqlite::Migration> migrations();

// The hub's memory in one SQLite file. Readers open connections of their own (SqliteReader). Thread: the writer's.
class SqliteStore final : public Store {
 public:
  // Opens or makes the file and brings its schema to the newest. Errors name the file and the remedy.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path);

  Result<HubState> load() override;
  Result<void> commit(const Changeset& changeset) override;
  Result<HubEpoch> raise_epoch() override;

 private:
  explicit SqliteStore(sqlite::Connection connection) : connection_(std::move(connection)) {}

  Result<HubEpoch> epoch();
  Result<void> store_epoch(HubEpoch epoch);
  Result<void> check_fence(HubEpoch mine);
  Result<void> commit_all(const Changeset& changeset);
  Result<void> write(const Changeset& changeset);
  Result<void> write_log(const Changeset& changeset);

  sqlite::Connection connection_;
  LogTree log_;
};

}  // namespace depops::hub::store_sqlite

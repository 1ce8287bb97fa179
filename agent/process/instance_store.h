#pragma once

#include <memory>
#include <string>

#include "agent/instances/table.h"
#include "shared/base/result.h"

struct sqlite3;

namespace depops::agent::process {

// The instance table on disk: one SQLite file, WAL, synchronous FULL. Thread: the worker's.
class InstanceStore {
 public:
  static Result<std::unique_ptr<InstanceStore>> open(const std::string& path);
  ~InstanceStore();
  InstanceStore(const InstanceStore&) = delete;
  InstanceStore& operator=(const InstanceStore&) = delete;

  Result<instances::Table> load();

  // Writes what differs from the last table that was loaded or saved, as one transaction. Durable once it returns.
  Result<void> save(const instances::Table& table);
  const instances::Table& saved() const noexcept { return saved_; }

 private:
  explicit InstanceStore(sqlite3* db) : db_(db) {}
  Result<void> save_changes(const instances::Table& table);
  Result<void> remove_gone(const instances::Table& table);

  sqlite3* db_;
  instances::Table saved_;
};

}  // namespace depops::agent::process

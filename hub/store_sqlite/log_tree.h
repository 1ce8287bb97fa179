#pragma once

#include <optional>
#include <vector>

#include "hub/ports/records.h"
#include "shared/audit/tiles.h"
#include "shared/sqlite/connection.h"

// The audit log's tree as the writer adds to it: its edge is in memory, whole tiles are written. Internal.
namespace depops::hub::store_sqlite {

class LogTree {
 public:
  // Within the transaction that adds the rows, after them. `corrupt`: they do not follow what is there.
  Result<void> extend(sqlite::Connection& in, const std::vector<AuditRow>& rows);
  // What was extended last was not committed, or another program may have written.
  void forget() { edge_.reset(); }

  // Entries that were written before there was a tree: in transactions of a few thousand. It stops at a gap, which is
  // for check_log() to name.
  static Result<void> take_in(sqlite::Connection& of);

 private:
  Result<void> append(sqlite::Connection& in, const audit::Hash& leaf);

  std::optional<audit::TileEdge> edge_;
};

}  // namespace depops::hub::store_sqlite

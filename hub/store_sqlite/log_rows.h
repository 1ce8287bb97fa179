#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "hub/ports/log_records.h"
#include "shared/sqlite/connection.h"

// The rows of the audit log's tree. Internal. Thread: the connection's.
namespace depops::hub::store_sqlite {

// Of an entry: what its row says, or, where a row says nothing that could be one, that of its bytes.
audit::Hash leaf_hash_of(std::string_view hash, std::string_view bytes);

// Leaf hashes of the rows after `index` up to `most` of them, which must follow each other without a gap.
Result<std::vector<audit::Hash>> leaf_hashes_after(sqlite::Connection& of, std::uint64_t index, std::size_t most);
// Roots of the tiles of that level from `index` on, likewise.
Result<std::vector<audit::Hash>> tile_roots_from(sqlite::Connection& of, unsigned level, std::uint64_t index,
                                                 std::size_t most);
// Nothing: it is not whole yet.
Result<std::optional<std::vector<audit::Hash>>> whole_tile(sqlite::Connection& of, audit::TileId id);
Result<std::uint64_t> whole_tiles(sqlite::Connection& of, unsigned level);
Result<void> put_tile(sqlite::Connection& to, const audit::Tile& tile);

Result<std::uint64_t> entries_of_log(sqlite::Connection& of);  // the index of the last one
Result<std::optional<LogHead>> newest_head(sqlite::Connection& of);
Result<void> put_head(sqlite::Connection& to, const LogHead& head);

}  // namespace depops::hub::store_sqlite

#include "hub/store_sqlite/log_tree.h"

#include "hub/store_sqlite/log_rows.h"
#include "shared/crash_point/crash_point.h"
#include "shared/signing/log_primitives.h"

namespace depops::hub::store_sqlite {
namespace {

constexpr std::size_t kTakenAtOnce = 4'096;

// What the file holds after its whole tiles, of the first `size` leaves.
Result<audit::TileEdge> edge_of(sqlite::Connection& of, audit::TreeSize size) {
  std::vector<std::vector<audit::Hash>> edge;
  for (unsigned level = 0; audit::hashes_at(level, size) > 0; ++level) {
    const std::uint64_t there = audit::hashes_at(level, size);
    const std::size_t loose = there % audit::kTileWidth;
    DEPOPS_TRY(auto hashes, level == 0 ? leaf_hashes_after(of, there - loose, loose)
                                       : tile_roots_from(of, level - 1, there - loose, loose));
    if (hashes.size() != loose)
      return Error{Errc::corrupt, of.path() + ": the tree of the audit log has a hole at level " +
                                      std::to_string(level) + "; restore the file from a backup"};
    edge.push_back(std::move(hashes));
  }
  return audit::TileEdge(size, std::move(edge));
}

}  // namespace

Result<void> LogTree::append(sqlite::Connection& in, const audit::Hash& leaf) {
  for (const audit::Tile& tile : edge_->append(leaf, signing::log_primitives())) DEPOPS_TRY_VOID(put_tile(in, tile));
  return {};
}

Result<void> LogTree::extend(sqlite::Connection& in, const std::vector<AuditRow>& rows) {
  if (rows.empty()) return {};
  crash_point("hub-tree.before");
  if (!edge_) {
    DEPOPS_TRY(edge_, edge_of(in, audit::TreeSize(rows.front().index - 1)));
  }
  for (const AuditRow& row : rows) {
    if (row.index != edge_->size().value() + 1)
      return Error{Errc::corrupt, in.path() + ": entry " + std::to_string(row.index) + " of the audit log follows " +
                                      std::to_string(edge_->size().value())};
    DEPOPS_TRY_VOID(append(in, leaf_hash_of(row.hash, row.bytes)));
  }
  crash_point("hub-tree.after");
  return {};
}

Result<void> LogTree::take_in(sqlite::Connection& of) {
  DEPOPS_TRY(const std::uint64_t tiles, whole_tiles(of, 0));
  DEPOPS_TRY(const std::uint64_t entries, entries_of_log(of));
  if (entries < (tiles + 1) * audit::kTileWidth) return {};
  LogTree tree;
  DEPOPS_TRY(tree.edge_, edge_of(of, audit::TreeSize(tiles * audit::kTileWidth)));
  for (;;) {
    DEPOPS_TRY(sqlite::Transaction transaction, sqlite::Transaction::begin(of));
    const auto leaves = leaf_hashes_after(of, tree.edge_->size().value(), kTakenAtOnce);
    if (!leaves.ok() && leaves.error().code != Errc::corrupt) return leaves.error();
    if (!leaves.ok() || leaves->empty()) return {};
    for (const audit::Hash& leaf : *leaves) DEPOPS_TRY_VOID(tree.append(of, leaf));
    DEPOPS_TRY_VOID(transaction.commit());
  }
}

}  // namespace depops::hub::store_sqlite

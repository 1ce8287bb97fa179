#include <algorithm>

#include "hub/store_sqlite/loan.h"
#include "hub/store_sqlite/log_rows.h"
#include "shared/signing/log_primitives.h"

// The audit log as a tree.
namespace depops::hub::store_sqlite {
namespace {

using audit::kTileWidth;

const audit::Primitives& with() { return signing::log_primitives(); }

std::string entry(std::uint64_t number) { return "entry " + std::to_string(number); }

Error not_so(const sqlite::Connection& in, const std::string& what) {
  return {Errc::corrupt, in.path() + ": the audit log: " + what +
                             "; somebody changed the file, or the disk is failing: restore it from a backup. Nothing "
                             "is written or signed until then; sites go on"};
}

class Rows final : public audit::TileSource {
 public:
  explicit Rows(sqlite::Connection& of) : of_(of) {}

  Result<std::vector<audit::Hash>> hashes(audit::TileId id, std::size_t count) override {
    DEPOPS_TRY(auto whole, whole_tile(of_, id));
    const std::uint64_t first = id.index * kTileWidth;
    if (!whole) {
      DEPOPS_TRY(whole, id.level == 0 ? leaf_hashes_after(of_, first, count)
                                      : tile_roots_from(of_, id.level - 1, first, count));
    }
    if (whole->size() < count)
      return not_so(of_, "tile " + std::to_string(id.index) + " of level " + std::to_string(id.level) +
                             " has fewer hashes than entries were written");
    whole->resize(count);
    return std::move(*whole);
  }

 private:
  sqlite::Connection& of_;
};

// Each leaf is what its hash says, and none is missing.
Result<void> check_leaves(sqlite::Connection& of, std::uint64_t after, std::uint64_t size) {
  DEPOPS_TRY(sqlite::Statement * rows, of.cached("SELECT idx, hash, bytes FROM audit WHERE idx > ? ORDER BY idx"));
  rows->bind(after);
  std::uint64_t expected = after;
  std::string wrong;
  while (wrong.empty() && expected < size) {
    DEPOPS_TRY(const bool more, rows->step());
    ++expected;
    if (!more || rows->uint64(0) != expected) {
      wrong = entry(expected) + " is not there";
    } else if (leaf_hash_of(rows->text(1), {}) != audit::leaf_hash(rows->blob(2), with())) {
      wrong = entry(expected) + " is not what was written";
    }
  }
  rows->reset();
  return wrong.empty() ? Result<void>() : not_so(of, wrong);
}

// The tile holds a copy of the hashes of its entries, so it says which one is another now.
Result<void> check_tile(sqlite::Connection& of, std::uint64_t index) {
  DEPOPS_TRY(const auto tile, whole_tile(of, {0, index}));
  if (!tile) return not_so(of, "the tile over " + entry(index * kTileWidth + 1) + " and 255 more is not there");
  DEPOPS_TRY(const auto leaves, leaf_hashes_after(of, index * kTileWidth, kTileWidth));
  const auto [in_tile, in_leaves] = std::mismatch(tile->begin(), tile->end(), leaves.begin(), leaves.end());
  if (in_tile != tile->end())
    return not_so(of, entry(index * kTileWidth + 1 + static_cast<std::uint64_t>(in_tile - tile->begin())) +
                          " is not the one that was written there");
  DEPOPS_TRY(const auto root, tile_roots_from(of, 0, index, 1));
  if (root.size() == 1 && audit::subtree_root(*tile, with()) == root.front()) return {};
  return not_so(of, "the root over " + entry(index * kTileWidth + 1) + " and 255 more is another");
}

Result<void> check_head(sqlite::Connection& of, std::uint64_t size) {
  DEPOPS_TRY(const auto head, newest_head(of));
  if (!head) return {};
  const std::string counted = std::to_string(head->size.value()) + " entries";
  if (head->size.value() > size)
    return not_so(of, "it was signed with " + counted + " and ends at " + entry(size) + ": " + entry(size + 1) +
                          " and all after it are gone");
  Rows rows(of);
  DEPOPS_TRY(const audit::Hash root, audit::root_of(rows, head->size, with()));
  return root == head->root ? Result<void>() : not_so(of, "the first " + counted + " are not those that were signed");
}

// The counter of entries is kept with a sum of its own.
Result<void> check_end(sqlite::Connection& of, std::uint64_t size) {
  DEPOPS_TRY(sqlite::Statement * row, of.cached("SELECT audit FROM counters"));
  row->bind();
  DEPOPS_TRY(const bool there, row->step());
  const std::uint64_t written = there ? row->uint64(0) : 0;
  row->reset();
  if (written == size) return {};
  return not_so(of, "it ends at " + entry(size) + " and " + std::to_string(written) + " were written");
}

}  // namespace

Result<std::vector<audit::Hash>> SqliteReader::hashes(audit::TileId id, std::size_t count) {
  DEPOPS_TRY(const Loan connection, lend());
  return Rows(*connection).hashes(id, count);
}

Result<audit::TreeSize> SqliteReader::log_size() {
  DEPOPS_TRY(const Loan connection, lend());
  DEPOPS_TRY(const std::uint64_t entries, entries_of_log(*connection));
  return audit::TreeSize(entries);
}

Result<std::optional<LogHead>> SqliteReader::log_head() {
  DEPOPS_TRY(const Loan connection, lend());
  return newest_head(*connection);
}

Result<std::vector<std::string>> SqliteReader::leaves(audit::LeafIndex first, std::size_t count) {
  DEPOPS_TRY(const Loan connection, lend());
  DEPOPS_TRY(sqlite::Statement * rows,
             (*connection).cached("SELECT bytes FROM audit WHERE idx > ? AND idx <= ? ORDER BY idx"));
  rows->bind(first.value(), first.value() + count);
  std::vector<std::string> bytes;
  for (;;) {
    DEPOPS_TRY(const bool more, rows->step());
    if (!more) break;
    bytes.emplace_back(rows->blob(0));
  }
  if (bytes.size() == count) return bytes;
  return Error{Errc::not_found, "the audit log has no " + entry(first.value() + bytes.size() + 1)};
}

Result<void> SqliteReader::check_log(std::uint64_t most) {
  DEPOPS_TRY(const Loan connection, lend());
  DEPOPS_TRY(const sqlite::Transaction snapshot, sqlite::Transaction::begin_read(*connection));
  DEPOPS_TRY(const std::uint64_t size, entries_of_log(*connection));
  const std::uint64_t after = size > most ? size - most : 0;
  DEPOPS_TRY_VOID(check_leaves(*connection, after, size));
  for (std::uint64_t tile = after / kTileWidth; tile < size / kTileWidth; ++tile)
    DEPOPS_TRY_VOID(check_tile(*connection, tile));
  DEPOPS_TRY_VOID(check_head(*connection, size));
  return check_end(*connection, size);
}

}  // namespace depops::hub::store_sqlite

#include "hub/store_sqlite/log_rows.h"

#include "hub/store_sqlite/sql_value.h"
#include "shared/signing/log_primitives.h"

namespace depops::hub::store_sqlite {
namespace {

constexpr std::string_view kSha256 = "sha256:";

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<audit::Hash> hash_of_text(std::string_view text) {
  audit::Hash hash{};
  if (!text.starts_with(kSha256) || text.size() != kSha256.size() + 2 * hash.size()) return std::nullopt;
  text.remove_prefix(kSha256.size());
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = digit_of(text[2 * i]);
    const int low = digit_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return hash;
}

Error gap(const sqlite::Connection& in, const std::string& what) {
  return {Errc::corrupt, in.path() + ": the audit log: " + what +
                             " is not there; somebody changed the file, or it is "
                             "damaged: restore it from a backup"};
}

Result<std::uint64_t> number_in(sqlite::Connection& of, std::string_view sql) {
  DEPOPS_TRY(sqlite::Statement * read, of.cached(sql));
  read->bind();
  DEPOPS_TRY(const bool there, read->step());
  const std::uint64_t number = there ? read->uint64(0) : 0;
  read->reset();
  return number;
}

}  // namespace

audit::Hash leaf_hash_of(std::string_view hash, std::string_view bytes) {
  const auto said = hash_of_text(hash);
  return said ? *said : audit::leaf_hash(bytes, signing::log_primitives());
}

Result<std::vector<audit::Hash>> leaf_hashes_after(sqlite::Connection& of, std::uint64_t index, std::size_t most) {
  DEPOPS_TRY(sqlite::Statement * rows,
             of.cached("SELECT idx, hash, bytes FROM audit WHERE idx > ? ORDER BY idx LIMIT ?"));
  rows->bind(index, static_cast<std::uint64_t>(most));
  std::vector<audit::Hash> hashes;
  for (;;) {
    DEPOPS_TRY(const bool more, rows->step());
    if (!more) return hashes;
    if (rows->uint64(0) != ++index) {
      rows->reset();
      return gap(of, "entry " + std::to_string(index));
    }
    hashes.push_back(leaf_hash_of(rows->text(1), rows->blob(2)));
  }
}

Result<std::vector<audit::Hash>> tile_roots_from(sqlite::Connection& of, unsigned level, std::uint64_t index,
                                                 std::size_t most) {
  DEPOPS_TRY(sqlite::Statement * rows,
             of.cached("SELECT idx, root FROM audit_tiles WHERE level = ? AND idx >= ? ORDER BY idx LIMIT ?"));
  rows->bind(level, index, static_cast<std::uint64_t>(most));
  std::vector<audit::Hash> roots;
  for (;;) {
    DEPOPS_TRY(const bool more, rows->step());
    if (!more) return roots;
    const auto root = audit::hash_of(rows->blob(1));
    if (rows->uint64(0) != index++ || !root.ok()) {
      rows->reset();
      return gap(of, "tile " + std::to_string(index - 1) + " of level " + std::to_string(level));
    }
    roots.push_back(*root);
  }
}

Result<std::optional<std::vector<audit::Hash>>> whole_tile(sqlite::Connection& of, audit::TileId id) {
  DEPOPS_TRY(sqlite::Statement * row, of.cached("SELECT hashes FROM audit_tiles WHERE level = ? AND idx = ?"));
  row->bind(id.level, id.index);
  DEPOPS_TRY(const bool there, row->step());
  if (!there) return std::optional<std::vector<audit::Hash>>();
  std::vector<audit::Hash> hashes;
  const std::string bytes(row->blob(0));
  row->reset();
  if (bytes.size() != audit::kTileWidth * sizeof(audit::Hash))
    return gap(of, "the whole of tile " + std::to_string(id.index) + " of level " + std::to_string(id.level));
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(audit::Hash))
    hashes.push_back(audit::hash_of(std::string_view(bytes).substr(at, sizeof(audit::Hash))).value());
  return std::optional(std::move(hashes));
}

Result<std::uint64_t> whole_tiles(sqlite::Connection& of, unsigned level) {
  return number_in(of, "SELECT coalesce(max(idx) + 1, 0) FROM audit_tiles WHERE level = " + std::to_string(level));
}

Result<void> put_tile(sqlite::Connection& to, const audit::Tile& tile) {
  std::string hashes;
  for (const audit::Hash& hash : tile.hashes) hashes += audit::bytes_of(hash);
  DEPOPS_TRY(sqlite::Statement * insert,
             to.cached("INSERT INTO audit_tiles(level, idx, root, hashes) VALUES (?, ?, ?, ?)"));
  return insert->run(tile.id.level, tile.id.index, sqlite::Blob{audit::bytes_of(tile.root)}, sqlite::Blob{hashes});
}

Result<std::uint64_t> entries_of_log(sqlite::Connection& of) {
  return number_in(of, "SELECT coalesce(max(idx), 0) FROM audit");
}

Result<std::optional<LogHead>> newest_head(sqlite::Connection& of) {
  DEPOPS_TRY(sqlite::Statement * row,
             of.cached("SELECT size, root, note, at FROM audit_heads ORDER BY size DESC LIMIT 1"));
  row->bind();
  DEPOPS_TRY(const bool there, row->step());
  if (!there) return std::optional<LogHead>();
  const auto root = audit::hash_of(row->blob(1));
  LogHead head{audit::TreeSize(row->uint64(0)), {}, row->string(2), Instant(Millis(row->int64(3)))};
  row->reset();
  if (!root.ok()) return gap(of, "the root of the checkpoint over " + std::to_string(head.size.value()) + " entries");
  head.root = *root;
  return std::optional(std::move(head));
}

Result<void> put_head(sqlite::Connection& to, const LogHead& head) {
  DEPOPS_TRY(const std::optional<LogHead> newest, newest_head(to));
  const bool again = newest && head.size == newest->size;
  if (newest && (head.size < newest->size || (again && head.root != newest->root)))
    return Error{Errc::conflict, to.path() + ": the audit log was signed with " + std::to_string(newest->size.value()) +
                                     " entries; one of " + std::to_string(head.size.value()) +
                                     (again ? " and another root" : "") + " is not kept beside it"};
  if (again) return {};
  DEPOPS_TRY(sqlite::Statement * insert,
             to.cached("INSERT INTO audit_heads(size, root, note, at) VALUES (?, ?, ?, ?)"));
  DEPOPS_TRY_VOID(insert->run(head.size, sqlite::Blob{audit::bytes_of(head.root)}, head.note, to_sql(head.at)));
  DEPOPS_TRY(
      sqlite::Statement * trim,
      to.cached("DELETE FROM audit_heads WHERE size < (SELECT min(size) FROM (SELECT size FROM audit_heads ORDER "
                "BY size DESC LIMIT ?))"));
  return trim->run(static_cast<std::uint64_t>(kLogHeadsKept));
}

}  // namespace depops::hub::store_sqlite

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/audit/checkpoint.h"
#include "shared/audit/tiles.h"

// A log as files (C2SP tlog-tiles), and whether they are what their checkpoint says. Entries are counted from 1 here,
// as people see them.
namespace depops::audit {

inline constexpr std::size_t kEntryBytesMax = 65'535;  // each has its length before it, in two bytes

// A file of entries. `unsupported`: one of them is longer than the format allows.
Result<std::string> write_entries(const std::vector<std::string>& leaves);
// Exactly `count` of them, nothing more. `corrupt`: anything else.
Result<std::vector<std::string>> read_entries(std::string_view bytes, std::size_t count);
std::string write_tile(const std::vector<Hash>& hashes);
Result<std::vector<Hash>> read_tile(std::string_view bytes, std::size_t count);

// Goes through a log from its first entry to its last. Errors are `refused` and name the entry, as far as files tell.
class LogCheck {
 public:
  // `seen`: a checkpoint from elsewhere, of the same log, that must be a beginning of this one.
  LogCheck(Checkpoint claimed, std::optional<Checkpoint> seen, const Primitives& with);

  // Before anything else: neither is larger than the other allows.
  Result<void> begin() const;
  // How many entries the next file of entries has; 0: all were taken.
  std::size_t next_count() const;
  std::uint64_t next_index() const { return range_.size().value() / kTileWidth; }
  // The next file of entries, and the tile with their hashes.
  Result<void> take(const std::vector<std::string>& leaves, const std::vector<Hash>& tile);
  // After all entries.
  Result<void> finish() const;

 private:
  Result<void> take_leaf(const std::string& leaf, const Hash& said);

  Checkpoint claimed_;
  std::optional<Checkpoint> seen_;
  const Primitives& with_;
  CompactRange range_;
};

}  // namespace depops::audit

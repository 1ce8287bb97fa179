#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/audit/tiles.h"
#include "shared/base/moment.h"

namespace depops::hub {

// What the audit log was when it was signed. Kept before it is told to anybody; it never gets smaller, and no size has
// two roots.
struct LogHead {
  audit::TreeSize size;
  audit::Hash root{};
  std::string note;  // the signed checkpoint
  Instant at{};
  bool operator==(const LogHead&) const = default;
};

inline constexpr std::size_t kLogHeadsKept = 1'000;  // the newest ones

// Read-only questions about the audit log as a tree. Leaf 0 is the entry with index 1.
class LogReader : public audit::TileSource {
 public:
  virtual Result<audit::TreeSize> log_size() = 0;  // leaves that are committed
  virtual Result<std::optional<LogHead>> log_head() = 0;
  // As they were hashed; `not_found` if one of them is not there.
  virtual Result<std::vector<std::string>> leaves(audit::LeafIndex first, std::size_t count) = 0;
  // Whether the newest `most` leaves, the whole tiles over them and the newest head agree, and none is missing at the
  // end. `corrupt` names the first entry that is not so.
  virtual Result<void> check_log(std::uint64_t most) = 0;
};

}  // namespace depops::hub

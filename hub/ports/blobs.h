#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "shared/base/names.h"
#include "shared/base/result.h"

namespace depops::hub {

struct BlobFacts {
  std::uint64_t received = 0;  // bytes that are here
  bool complete = false;       // whole, and its SHA-256 is its name
  bool operator==(const BlobFacts&) const = default;
};

// One piece of an upload: `total` bytes belong to the blob, this piece starts at `first`.
struct BlobPiece {
  Digest digest;
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  std::uint64_t total = 0;
};

// Gives the next bytes of a piece; empty at its end. What it returns stays valid until the next call.
using ByteSource = std::function<std::string_view()>;

// Artifacts by digest. Nothing is visible before it is whole and checked. Thread: any; one writer per digest at a time
// (the second gets `unavailable`).
class Blobs {
 public:
  virtual ~Blobs() = default;
  virtual BlobFacts facts(const Digest& digest) const = 0;
  // Errors: `conflict` when the piece does not start where the received bytes end, `exhausted` above the cap, `corrupt`
  // when the whole has another digest (everything received is gone then). A piece cut short is kept as far as it came.
  virtual Result<BlobFacts> write(const BlobPiece& piece, const ByteSource& bytes) = 0;
  // Where the bytes of a complete blob lie; `not_found` otherwise.
  virtual Result<std::filesystem::path> path_of(const Digest& digest) const = 0;
  // Removes what is complete, older than a day and not in `keep`, and uploads nobody went on with for a day. A blob
  // that is written again while it is there counts as new. Returns how many.
  virtual std::size_t collect(const std::vector<Digest>& keep) = 0;
};

}  // namespace depops::hub

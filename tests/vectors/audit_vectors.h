#pragma once

#include <string>

#include "shared/audit/tiles.h"
#include "shared/base/check.h"
#include "shared/signing/log_primitives.h"
#include "shared/signing/signing.h"
#include "tests/vectors/json_file.h"

namespace depops::test {

inline const audit::Primitives& with() { return signing::log_primitives(); }

inline std::string unhex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

inline audit::Hash hash_from_hex(const std::string& hex) { return audit::hash_of(unhex(hex)).value(); }

inline std::string hex_of(const audit::Hash& hash) { return signing::to_hex(audit::bytes_of(hash)); }

// Absent: no hashes.
inline audit::Proof proof_from_hex(const Poco::JSON::Object& row, const std::string& key = "proof") {
  audit::Proof proof;
  if (absent(row, key)) return proof;
  for (const auto& hash : *row.getArray(key)) proof.push_back(hash_from_hex(hash.convert<std::string>()));
  return proof;
}

// The hashes of leaves, in whole or broken tiles.
class Leaves final : public audit::TileSource {
 public:
  Result<std::vector<audit::Hash>> hashes(audit::TileId id, std::size_t count) override {
    std::vector<audit::Hash> level = leaves;
    for (unsigned i = 0; i < id.level; ++i) {
      std::vector<audit::Hash> above;
      for (std::size_t at = 0; at + audit::kTileWidth <= level.size(); at += audit::kTileWidth) {
        const auto begin = level.begin() + static_cast<std::ptrdiff_t>(at);
        above.push_back(audit::subtree_root({begin, begin + audit::kTileWidth}, with()));
      }
      level = std::move(above);
    }
    const std::size_t from = id.index * audit::kTileWidth;
    DEPOPS_CHECK(from + count <= level.size());
    const auto begin = level.begin() + static_cast<std::ptrdiff_t>(from);
    return std::vector<audit::Hash>(begin, begin + static_cast<std::ptrdiff_t>(count));
  }

  std::vector<audit::Hash> leaves;
};

}  // namespace depops::test

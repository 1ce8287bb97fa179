#pragma once

#include <string_view>
#include <vector>

#include "shared/audit/primitives.h"
#include "shared/base/strong.h"

// The tree over the log, as RFC 6962 has it: SHA-256, 0x00 before a leaf, 0x01 before two nodes.
namespace depops::audit {

using TreeSize = Number<struct TreeSizeTag>;    // how many leaves
using LeafIndex = Number<struct LeafIndexTag>;  // 0, 1, 2 ...

inline constexpr std::uint64_t kTreeSizeMax = (std::uint64_t{1} << 63) - 1;

Hash leaf_hash(std::string_view leaf, const Primitives& with);
Hash node_hash(const Hash& left, const Hash& right, const Primitives& with);
Hash empty_root(const Primitives& with);

// The largest complete subtrees over the leaves so far, at most 63 hashes: enough to add leaves and to say the root.
class CompactRange {
 public:
  void append(const Hash& leaf, const Primitives& with);
  TreeSize size() const noexcept { return size_; }
  const std::vector<Hash>& nodes() const noexcept { return nodes_; }  // the largest subtree first
  Hash root(const Primitives& with) const;

 private:
  TreeSize size_;
  std::vector<Hash> nodes_;
};

// Of a power of two of neighbours, or of any number on the right edge. CHECKs that there is one.
Hash subtree_root(std::vector<Hash> leaves, const Primitives& with);

}  // namespace depops::audit

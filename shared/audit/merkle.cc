#include "shared/audit/merkle.h"

#include <algorithm>
#include <bit>

#include "shared/base/check.h"

namespace depops::audit {
namespace {

constexpr char kLeaf = 0;
constexpr char kNode = 1;

}  // namespace

Result<Hash> hash_of(std::string_view bytes) {
  Hash hash{};
  if (bytes.size() != hash.size())
    return Error{Errc::corrupt, "a hash of " + std::to_string(bytes.size()) + " bytes, and it must have 32"};
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

Hash leaf_hash(std::string_view leaf, const Primitives& with) {
  std::string bytes(1, kLeaf);
  bytes.reserve(1 + leaf.size());
  bytes += leaf;
  return with.sha256(bytes);
}

Hash node_hash(const Hash& left, const Hash& right, const Primitives& with) {
  std::array<char, 1 + 2 * sizeof(Hash)> bytes{kNode};
  const auto middle = std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), middle);
  return with.sha256({bytes.data(), bytes.size()});
}

Hash empty_root(const Primitives& with) { return with.sha256(""); }

void CompactRange::append(const Hash& leaf, const Primitives& with) {
  Hash node = leaf;
  for (std::uint64_t rest = size_.value(); (rest & 1) != 0; rest >>= 1) {
    node = node_hash(nodes_.back(), node, with);
    nodes_.pop_back();
  }
  nodes_.push_back(node);
  size_ = size_.next();
}

Hash CompactRange::root(const Primitives& with) const {
  if (nodes_.empty()) return empty_root(with);
  Hash root = nodes_.back();
  for (std::size_t i = nodes_.size() - 1; i > 0; --i) root = node_hash(nodes_[i - 1], root, with);
  return root;
}

Hash subtree_root(std::vector<Hash> leaves, const Primitives& with) {
  DEPOPS_CHECK(!leaves.empty());
  while (leaves.size() > 1) {
    const std::size_t pairs = leaves.size() / 2;
    for (std::size_t i = 0; i < pairs; ++i) leaves[i] = node_hash(leaves[2 * i], leaves[2 * i + 1], with);
    if (leaves.size() % 2 != 0) {
      leaves[pairs] = leaves.back();
      leaves.resize(pairs + 1);
    } else {
      leaves.resize(pairs);
    }
  }
  return leaves.front();
}

}  // namespace depops::audit

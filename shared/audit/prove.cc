#include <algorithm>
#include <bit>
#include <map>

#include "shared/audit/tiles.h"

namespace depops::audit {
namespace {

// Answers for nodes of a tree of one size, and asks for each tile once.
class Nodes {
 public:
  Nodes(TileSource& source, TreeSize size, const Primitives& with) : source_(source), size_(size), with_(with) {}

  // The root over the leaves [begin, end), not empty; a subtree of the tree as RFC 6962 divides it.
  Result<Hash> over(std::uint64_t begin, std::uint64_t end) {
    const std::uint64_t width = end - begin;
    if (std::has_single_bit(width)) return complete(static_cast<unsigned>(std::countr_zero(width)), begin / width);
    const std::uint64_t middle = begin + std::bit_floor(width);
    DEPOPS_TRY(const Hash left, over(begin, middle));
    DEPOPS_TRY(const Hash right, over(middle, end));
    return node_hash(left, right, with_);
  }

 private:
  Result<Hash> complete(unsigned level, std::uint64_t index) {
    const unsigned tile_level = level / kTileHeight;
    const std::size_t count = std::size_t{1} << (level % kTileHeight);
    const std::uint64_t first = index * count;
    DEPOPS_TRY(const std::vector<Hash>* all, tile({tile_level, first / kTileWidth}));
    const std::size_t from = first % kTileWidth;
    if (from + count > all->size()) return Error{Errc::corrupt, "a tile of the log is too short"};
    const auto begin = all->begin() + static_cast<std::ptrdiff_t>(from);
    return subtree_root({begin, begin + static_cast<std::ptrdiff_t>(count)}, with_);
  }

  Result<const std::vector<Hash>*> tile(TileId id) {
    const auto known = tiles_.find(id);
    if (known != tiles_.end()) return &known->second;
    const std::uint64_t there = hashes_at(id.level, size_) - id.index * kTileWidth;
    DEPOPS_TRY(auto hashes, source_.hashes(id, std::min<std::uint64_t>(there, kTileWidth)));
    return &tiles_.emplace(id, std::move(hashes)).first->second;
  }

  TileSource& source_;
  TreeSize size_;
  const Primitives& with_;
  std::map<TileId, std::vector<Hash>> tiles_;
};

// PATH(m, D[begin:end]) of RFC 6962, 2.1.1, from the root down.
Result<void> descend(Nodes& nodes, std::uint64_t index, std::uint64_t begin, std::uint64_t end, Proof& out) {
  while (end - begin > 1) {
    const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
    const bool left = index < middle;
    DEPOPS_TRY(const Hash beside, left ? nodes.over(middle, end) : nodes.over(begin, middle));
    out.push_back(beside);
    (left ? end : begin) = middle;
  }
  return {};
}

// SUBPROOF(m, D[begin:end], b) of RFC 6962, 2.1.2, from the root down.
Result<void> descend_to_older(Nodes& nodes, std::uint64_t older, std::uint64_t end, Proof& out) {
  std::uint64_t begin = 0;
  while (end != older) {
    const std::uint64_t middle = begin + std::bit_floor(end - begin - 1);
    const bool left = older <= middle;
    DEPOPS_TRY(const Hash beside, left ? nodes.over(middle, end) : nodes.over(begin, middle));
    out.push_back(beside);
    (left ? end : begin) = middle;
  }
  if (begin == 0) return {};
  DEPOPS_TRY(const Hash rest, nodes.over(begin, end));
  out.push_back(rest);
  return {};
}

}  // namespace

Result<Hash> root_of(TileSource& source, TreeSize size, const Primitives& with) {
  if (size == TreeSize()) return empty_root(with);
  return Nodes(source, size, with).over(0, size.value());
}

Result<Proof> prove_inclusion(TileSource& source, LeafIndex index, TreeSize size, const Primitives& with) {
  if (index.value() >= size.value())
    return Error{Errc::not_found,
                 "there is no leaf " + std::to_string(index.value()) + " in a log of " + std::to_string(size.value())};
  Nodes nodes(source, size, with);
  Proof proof;
  DEPOPS_TRY_VOID(descend(nodes, index.value(), 0, size.value(), proof));
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<Proof> prove_consistency(TileSource& source, TreeSize older, TreeSize newer, const Primitives& with) {
  if (older > newer) return Error{Errc::invalid, "the log has fewer leaves than were there before"};
  Proof proof;
  if (older == TreeSize() || older == newer) return proof;
  Nodes nodes(source, newer, with);
  DEPOPS_TRY_VOID(descend_to_older(nodes, older.value(), newer.value(), proof));
  std::reverse(proof.begin(), proof.end());
  return proof;
}

}  // namespace depops::audit

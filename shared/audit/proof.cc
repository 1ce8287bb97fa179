#include "shared/audit/proof.h"

#include <bit>
#include <span>
#include <string>

namespace depops::audit {
namespace {

using Hashes = std::span<const Hash>;

// How a proof for the leaf `index` is made up: first nodes beside its path inside the tree, then those on the way along
// the right edge, which are all to the left.
struct Shape {
  unsigned inner;
  unsigned border;
};

Shape shape_of(std::uint64_t index, std::uint64_t size) {
  const auto inner = static_cast<unsigned>(std::bit_width(index ^ (size - 1)));
  const std::uint64_t rest = inner < 64 ? index >> inner : 0;
  return {inner, static_cast<unsigned>(std::popcount(rest))};
}

Hash along_path(Hash node, Hashes beside, std::uint64_t index, const Primitives& with) {
  for (std::size_t level = 0; level < beside.size(); ++level) {
    const bool is_right = (index >> level & 1) != 0;
    node = is_right ? node_hash(beside[level], node, with) : node_hash(node, beside[level], with);
  }
  return node;
}

// Only what is to the left of the path: the tree as it was.
Hash along_left(Hash node, Hashes beside, std::uint64_t index, const Primitives& with) {
  for (std::size_t level = 0; level < beside.size(); ++level)
    if ((index >> level & 1) != 0) node = node_hash(beside[level], node, with);
  return node;
}

Hash along_edge(Hash node, Hashes left, const Primitives& with) {
  for (const Hash& one : left) node = node_hash(one, node, with);
  return node;
}

Error no(const std::string& why) { return {Errc::refused, why}; }

Error wrong_length(std::size_t has, std::size_t must) {
  return no("the proof has " + std::to_string(has) + " hashes and must have " + std::to_string(must));
}

// Both trees have something, and the newer one more.
Result<void> verify_growth(std::uint64_t older, std::uint64_t newer, Hashes proof, const Hash& older_root,
                           const Hash& newer_root, const Primitives& with) {
  Shape shape = shape_of(older - 1, newer);
  const auto shift = static_cast<unsigned>(std::countr_zero(older));
  shape.inner -= shift;
  const bool whole = older == std::uint64_t{1} << shift;  // the older tree is a node of the newer one
  const std::size_t most = (whole ? 0 : 1) + shape.inner + shape.border;
  if (proof.size() != most) return wrong_length(proof.size(), most);
  const Hash seed = whole ? older_root : proof.front();
  const Hashes rest = proof.subspan(whole ? 0 : 1);
  const std::uint64_t path = (older - 1) >> shift;
  const Hashes inner = rest.first(shape.inner);
  const Hashes border = rest.subspan(shape.inner);
  if (along_edge(along_left(seed, inner, path, with), border, with) != older_root)
    return no("the proof does not lead to the root of the " + std::to_string(older) + " leaves");
  if (along_edge(along_path(seed, inner, path, with), border, with) != newer_root)
    return no("the proof does not lead to the root of the " + std::to_string(newer) + " leaves");
  return {};
}

}  // namespace

Result<void> verify_inclusion(const Hash& leaf, LeafIndex index, TreeSize size, const Proof& proof, const Hash& root,
                              const Primitives& with) {
  if (index.value() >= size.value())
    return no("leaf " + std::to_string(index.value()) + " of a tree of " + std::to_string(size.value()));
  const Shape shape = shape_of(index.value(), size.value());
  if (proof.size() != shape.inner + shape.border) return wrong_length(proof.size(), shape.inner + shape.border);
  const Hashes all(proof);
  const Hash inside = along_path(leaf, all.first(shape.inner), index.value(), with);
  if (along_edge(inside, all.subspan(shape.inner), with) == root) return {};
  return no("the proof does not lead from leaf " + std::to_string(index.value()) + " to the root");
}

Result<void> verify_consistency(TreeSize older, TreeSize newer, const Proof& proof, const Hash& older_root,
                                const Hash& newer_root, const Primitives& with) {
  if (newer < older) return no("the newer tree is the smaller one");
  if (older == newer || older == TreeSize()) {
    if (!proof.empty()) return wrong_length(proof.size(), 0);
    if (older == newer) return older_root == newer_root ? Result<void>() : no("two roots of one size");
    return older_root == empty_root(with) ? Result<void>() : no("the root of no leaf at all is another");
  }
  return verify_growth(older.value(), newer.value(), proof, older_root, newer_root, with);
}

}  // namespace depops::audit

#include "shared/audit/tiles.h"

#include <utility>

#include "shared/base/check.h"

namespace depops::audit {
namespace {

std::string three_digits(std::uint64_t number) {
  const std::string digits = std::to_string(number % 1'000);
  return std::string(3 - digits.size(), '0') + digits;
}

// In groups of three digits; all but the last begin with x.
std::string number_path(std::uint64_t index) {
  std::string path = three_digits(index);
  for (index /= 1'000; index > 0; index /= 1'000) path.insert(0, "x" + three_digits(index) + "/");
  return path;
}

std::string with_width(std::string path, std::size_t width) {
  DEPOPS_CHECK(width > 0 && width <= kTileWidth);
  return width == kTileWidth ? std::move(path) : path + ".p/" + std::to_string(width);
}

}  // namespace

std::uint64_t hashes_at(unsigned level, TreeSize size) { return size.value() >> (kTileHeight * level); }

std::string tile_path(TileId id, std::size_t width) {
  return with_width("tile/" + std::to_string(id.level) + "/" + number_path(id.index), width);
}

std::string entries_path(std::uint64_t index, std::size_t width) {
  return with_width("tile/entries/" + number_path(index), width);
}

TileEdge::TileEdge(TreeSize size, std::vector<std::vector<Hash>> edge) : size_(size), levels_(std::move(edge)) {
  for (unsigned level = 0; level < levels_.size(); ++level)
    DEPOPS_CHECK(levels_[level].size() == hashes_at(level, size) % kTileWidth);
}

std::vector<Tile> TileEdge::append(const Hash& leaf, const Primitives& with) {
  std::vector<Tile> whole;
  Hash hash = leaf;
  size_ = size_.next();
  for (unsigned level = 0;; ++level) {
    if (levels_.size() <= level) levels_.emplace_back();
    levels_[level].push_back(hash);
    if (levels_[level].size() < kTileWidth) return whole;
    std::vector<Hash> hashes = std::exchange(levels_[level], {});
    hash = subtree_root(hashes, with);
    const std::uint64_t index = hashes_at(level, size_) / kTileWidth - 1;
    whole.push_back({{level, index}, std::move(hashes), hash});
  }
}

}  // namespace depops::audit

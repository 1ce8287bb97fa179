#pragma once

#include <string>
#include <vector>

#include "shared/audit/tiles.h"
#include "shared/base/check.h"
#include "tests/unit/shared/audit/toy.h"

// A log that grew leaf by leaf, with what a store would keep of it.
namespace depops::audit {

class GrownLog final : public TileSource {
 public:
  explicit GrownLog(std::size_t leaves, const std::string& seed = "leaf ") {
    for (std::size_t i = 0; i < leaves; ++i) append(seed + std::to_string(i));
  }

  void append(const std::string& leaf) {
    hashes_.push_back(leaf_hash(leaf, toy()));
    range.append(hashes_.back(), toy());
    roots.push_back(range.root(toy()));
    for (Tile& tile : edge.append(hashes_.back(), toy())) {
      if (tiles.size() <= tile.id.level) tiles.emplace_back();
      DEPOPS_CHECK(tiles[tile.id.level].size() == tile.id.index);
      tiles[tile.id.level].push_back(std::move(tile));
    }
  }

  Result<std::vector<Hash>> hashes(TileId id, std::size_t count) override {
    ++asked;
    std::vector<Hash> out;
    if (id.level < tiles.size() && id.index < tiles[id.level].size()) {
      out = tiles[id.level][id.index].hashes;
    } else {
      for (std::size_t i = 0; i < count; ++i) out.push_back(hash_at(id.level, id.index * kTileWidth + i));
    }
    out.resize(count);
    return out;
  }

  const std::vector<Hash>& leaves() const { return hashes_; }

  CompactRange range;
  std::vector<Hash> roots;  // after each leaf
  TileEdge edge;
  std::vector<std::vector<Tile>> tiles;  // by level and index
  std::size_t asked = 0;

 private:
  const Hash& hash_at(unsigned level, std::size_t index) const {
    return level == 0 ? hashes_.at(index) : tiles.at(level - 1).at(index).root;
  }

  std::vector<Hash> hashes_;
};

}  // namespace depops::audit

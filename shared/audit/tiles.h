#pragma once

#include <string>
#include <vector>

#include "shared/audit/proof.h"

// The tree in pieces of eight levels (C2SP tlog-tiles): a tile holds up to 256 neighbours of one level, and its root is
// one of the hashes of the tile above. What is between is 255 hashes away, so only whole tiles need to be kept.
namespace depops::audit {

inline constexpr unsigned kTileHeight = 8;
inline constexpr std::size_t kTileWidth = 256;
inline constexpr unsigned kTileLevels = 8;  // enough for 2^63 leaves

struct TileId {
  unsigned level = 0;  // 0: the hashes of leaves
  std::uint64_t index = 0;
  auto operator<=>(const TileId&) const = default;
};

// A whole one.
struct Tile {
  TileId id;
  std::vector<Hash> hashes;
  Hash root{};
  bool operator==(const Tile&) const = default;
};

// How many hashes of that level a tree of that size has.
std::uint64_t hashes_at(unsigned level, TreeSize size);

// "tile/0/x001/x234/067", "tile/1/000.p/17"; width 256: a whole one.
std::string tile_path(TileId id, std::size_t width);
std::string entries_path(std::uint64_t index, std::size_t width);

// The right edge of the tree: what is not in a whole tile yet.
class TileEdge {
 public:
  TileEdge() = default;
  // Hashes of each level after its last whole tile, lowest level first.
  TileEdge(TreeSize size, std::vector<std::vector<Hash>> edge);

  // The tiles that this leaf completes, from below.
  std::vector<Tile> append(const Hash& leaf, const Primitives& with);
  TreeSize size() const noexcept { return size_; }

 private:
  TreeSize size_;
  std::vector<std::vector<Hash>> levels_;
};

// Where the hashes are. Thread: the caller's.
class TileSource {
 public:
  virtual ~TileSource() = default;
  // The first `count` hashes of the tile, 1 to 256.
  virtual Result<std::vector<Hash>> hashes(TileId id, std::size_t count) = 0;
};

// Of the first so many leaves.
Result<Hash> root_of(TileSource& source, TreeSize size, const Primitives& with);
Result<Proof> prove_inclusion(TileSource& source, LeafIndex index, TreeSize size, const Primitives& with);
Result<Proof> prove_consistency(TileSource& source, TreeSize older, TreeSize newer, const Primitives& with);

}  // namespace depops::audit

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "shared/audit/growth.h"
#include "tests/unit/shared/audit/grown_log.h"

namespace depops::audit {
namespace {

// Over three levels of tiles' edges: below, at and above 256 and 512.
GrownLog& long_log() {
  static GrownLog log(1'300);
  return log;
}

std::uint64_t size_up_to(std::size_t most) {
  return *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(1, most + 1),
                         rc::gen::element<std::uint64_t>(1, 2, 255, 256, 257, 511, 512, 513, 1'024, 1'300));
}

void flip(Hash& hash) { hash[*rc::gen::inRange<std::size_t>(0, hash.size())] ^= 1; }

}  // namespace

TEST_CASE("the root out of tiles is the one that grew leaf by leaf, at every size") {
  GrownLog& log = long_log();
  for (std::size_t size = 1; size <= log.leaves().size(); ++size)
    REQUIRE(root_of(log, TreeSize(size), toy()).value() == log.roots[size - 1]);
  CHECK(root_of(log, TreeSize(), toy()).value() == empty_root(toy()));
}

TEST_CASE("whole tiles come once each, in order, with the root that stands in the tile above") {
  const GrownLog& log = long_log();
  REQUIRE(log.tiles.size() == 1);
  REQUIRE(log.tiles[0].size() == 5);
  for (const Tile& tile : log.tiles[0]) CHECK(subtree_root(tile.hashes, toy()) == tile.root);
  GrownLog larger(kTileWidth * kTileWidth + 3);
  REQUIRE(larger.tiles.size() == 2);
  REQUIRE(larger.tiles[1].size() == 1);
  for (std::size_t i = 0; i < kTileWidth; ++i) REQUIRE(larger.tiles[1][0].hashes[i] == larger.tiles[0][i].root);
  CHECK(root_of(larger, larger.range.size(), toy()).value() == larger.roots.back());
}

TEST_CASE("an edge that is made again from what is kept goes on as the one that was never gone") {
  for (const std::size_t size : {0U, 1U, 255U, 256U, 300U, 511U, 512U, 1'300U}) {
    INFO("size " << size);
    GrownLog log(size);
    std::vector<std::vector<Hash>> kept(2);
    for (std::size_t i = size - size % kTileWidth; i < size; ++i) kept[0].push_back(log.leaves()[i]);
    for (std::size_t i = 0; i < size / kTileWidth; ++i) kept[1].push_back(log.tiles[0][i].root);
    TileEdge again(TreeSize(size), kept);
    for (std::size_t i = 0; i < 300; ++i) {
      const Hash leaf = leaf_hash("more " + std::to_string(i), toy());
      REQUIRE(again.append(leaf, toy()) == log.edge.append(leaf, toy()));
    }
    CHECK(again.size() == TreeSize(size + 300));
  }
}

TEST_CASE("any leaf of any tree can be proven, and nothing else by the same proof") {
  REQUIRE(rc::check([] {
    GrownLog& log = long_log();
    const std::uint64_t size = size_up_to(log.leaves().size());
    const LeafIndex index(*rc::gen::inRange<std::uint64_t>(0, size));
    Proof proof = prove_inclusion(log, index, TreeSize(size), toy()).value();
    const Hash& root = log.roots[size - 1];
    Hash leaf = log.leaves()[index.value()];
    RC_ASSERT(verify_inclusion(leaf, index, TreeSize(size), proof, root, toy()).ok());
    if (proof.empty()) return;
    const LeafIndex other((index.value() + 1) % size);
    RC_ASSERT(!verify_inclusion(leaf, other, TreeSize(size), proof, root, toy()).ok());
    flip(**rc::gen::element<Hash*>(&leaf, &proof.front(), &proof.back()));
    RC_ASSERT(!verify_inclusion(leaf, index, TreeSize(size), proof, root, toy()).ok());
  }));
}

TEST_CASE("any tree can be proven to have grown to any larger one, and no other tree by the same proof") {
  REQUIRE(rc::check([] {
    GrownLog& log = long_log();
    const std::uint64_t newer = size_up_to(log.leaves().size());
    const std::uint64_t older = *rc::gen::inRange<std::uint64_t>(1, newer + 1);
    const Proof proof = prove_consistency(log, TreeSize(older), TreeSize(newer), toy()).value();
    Hash older_root = log.roots[older - 1];
    const Hash& newer_root = log.roots[newer - 1];
    const auto holds = [&] {
      return verify_consistency(TreeSize(older), TreeSize(newer), proof, older_root, newer_root, toy()).ok();
    };
    RC_ASSERT(holds());
    flip(older_root);
    RC_ASSERT(!holds());
  }));
}

TEST_CASE("what was signed last may grow, be signed again, and nothing else") {
  GrownLog log(40);
  const GrownLog other(40, "other ");
  const auto height = [](const GrownLog& of, std::size_t size) { return Height{TreeSize(size), of.roots[size - 1]}; };
  const auto proof = [&](std::size_t from, std::size_t to) {
    return prove_consistency(log, TreeSize(from), TreeSize(to), toy()).value();
  };
  const Height kept = height(log, 20);
  CHECK(judge_growth(kept, height(log, 33), TreeSize(20), proof(20, 33), toy()) == Growth::grown);
  CHECK(judge_growth({TreeSize(), empty_root(toy())}, height(log, 33), TreeSize(), {}, toy()) == Growth::grown);
  CHECK(judge_growth(kept, kept, TreeSize(7), {}, toy()) == Growth::same);
  CHECK(judge_growth(kept, height(log, 19), TreeSize(19), {}, toy()) == Growth::smaller);
  CHECK(judge_growth(kept, height(other, 20), TreeSize(20), {}, toy()) == Growth::split);
  CHECK(judge_growth(kept, height(log, 33), TreeSize(19), proof(19, 33), toy()) == Growth::stale);
  CHECK(judge_growth(kept, height(other, 33), TreeSize(20), proof(20, 33), toy()) == Growth::inconsistent);
  CHECK(judge_growth(kept, height(log, 33), TreeSize(20), {}, toy()) == Growth::inconsistent);
  CHECK(std::string(name_of(Growth::inconsistent)) == "inconsistent");
}

TEST_CASE("a proof asks for few tiles, however long the log is") {
  GrownLog log(kTileWidth * kTileWidth + 700);
  log.asked = 0;
  CHECK(prove_inclusion(log, LeafIndex(12'345), log.range.size(), toy()).ok());
  CHECK(log.asked <= 6);
  CHECK(prove_inclusion(log, LeafIndex(log.leaves().size()), log.range.size(), toy()).error().code == Errc::not_found);
  CHECK(prove_consistency(log, log.range.size(), TreeSize(1), toy()).error().code == Errc::invalid);
}

}  // namespace depops::audit

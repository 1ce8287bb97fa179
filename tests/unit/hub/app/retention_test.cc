#include "hub/app/retention.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/hub/app/fleet.h"

using namespace depops;
using namespace depops::tests;
using namespace std::chrono_literals;
using rollout::State;

namespace {

// Versions 2.0, 2.1, ... each with an artifact of its own, one published per hour, the first long ago.
struct Shelf : Fleet {
  Shelf() { bench.set_up(); }
  Digest artifact(int number) { return bench.codec.digest("artifact " + std::to_string(number)); }
  std::string label(int number) { return "2." + std::to_string(number); }
  void publish(int number) {
    REQUIRE(bench.ask(hub::ArtifactStored{artifact(number), 100}).ok);
    REQUIRE(
        bench.ask(hub::PublishVersion{kCheckout, VersionLabel(label(number)), artifact(number), "c", at(0), {}}).ok);
    bench.pass(1h);
  }
  hub::Artifact row(int number) {
    const auto state = bench.store.load();
    for (const hub::Artifact& one : state.value().artifacts)
      if (one.digest == artifact(number)) return one;
    return {};
  }
  std::vector<Digest> kept_at_next_look() {
    bench.take_effects();
    bench.pass(48h);
    bench.give(hub::Tick{});
    for (const hub::Effect& effect : bench.take_effects())
      if (const auto* collect = std::get_if<hub::CollectBlobs>(&effect)) return collect->keep;
    FAIL("nothing was collected");
    return {};
  }
  bool keeps(const std::vector<Digest>& kept, int number) {
    return std::find(kept.begin(), kept.end(), artifact(number)) != kept.end();
  }
};

}  // namespace

TEST_CASE("The newest ten versions of a service keep their artifacts, older ones lose them with a leaf each") {
  Shelf shelf;
  for (int i = 0; i < 12; ++i) shelf.publish(i);
  const auto kept = shelf.kept_at_next_look();
  for (int i = 0; i < 12; ++i) {
    INFO(i);
    CHECK(shelf.keeps(kept, i) == (i >= 2));
    CHECK(shelf.row(i).collected.has_value() == (i < 2));
  }
  std::size_t leaves = 0;
  for (const hub::AuditRow& row : shelf.bench.store.audit()) leaves += row.leaf.action == "artifact.collected" ? 1 : 0;
  CHECK(leaves == 3);  // and the one of the versions that set_up() published
  CHECK(shelf.kept_at_next_look() == kept);
}

TEST_CASE("What is younger than a day stays, whether a version names it or not") {
  Shelf shelf;
  for (int i = 0; i < 12; ++i) shelf.publish(i);
  CHECK(hub::needed_artifacts(shelf.bench.hub->world(), shelf.bench.now.wall).contains(shelf.artifact(0)));
  REQUIRE(shelf.bench.ask(hub::ArtifactStored{shelf.artifact(99), 100}).ok);
  shelf.bench.pass(23h);
  CHECK(hub::needed_artifacts(shelf.bench.hub->world(), shelf.bench.now.wall).contains(shelf.artifact(99)));
  shelf.bench.pass(1h);
  CHECK_FALSE(hub::needed_artifacts(shelf.bench.hub->world(), shelf.bench.now.wall).contains(shelf.artifact(99)));
}

TEST_CASE("What sites run or can go back to stays, however old") {
  Shelf shelf;
  for (int i = 0; i < 3; ++i) {
    shelf.publish(i);
    shelf.complete_staging(shelf.label(i).c_str());
  }
  shelf.complete_production("2.0");
  REQUIRE(shelf.bench.ask(to(kProduction, "2.1")).ok);  // begun at fra-1, never heard of again
  for (int i = 3; i < 20; ++i) shelf.publish(i);
  const auto kept = shelf.kept_at_next_look();
  CHECK(shelf.keeps(kept, 0));
  CHECK(shelf.keeps(kept, 1));
  CHECK(shelf.keeps(kept, 2));
  CHECK_FALSE(shelf.keeps(kept, 5));
}

TEST_CASE("Of many versions that ran somewhere the newest ten healthy ones stay for a rollback") {
  Shelf shelf;
  for (int i = 0; i < 12; ++i) {
    shelf.publish(i);
    shelf.complete_staging(shelf.label(i).c_str());
  }
  for (int i = 12; i < 24; ++i) shelf.publish(i);
  const auto kept = shelf.kept_at_next_look();
  for (int i = 0; i < 12; ++i) CHECK(shelf.keeps(kept, i) == (i >= 2));
  CHECK_FALSE(shelf.keeps(kept, 12));
}

TEST_CASE("A version whose artifact was collected is refused with the remedy, and works when published again") {
  Shelf shelf;
  for (int i = 0; i < 11; ++i) shelf.publish(i);
  shelf.kept_at_next_look();
  REQUIRE(shelf.row(0).collected);
  const auto refused = shelf.bench.ask(to(kStaging, "2.0"));
  REQUIRE_FALSE(refused.ok);
  REQUIRE(refused.reasons.size() == 1);
  CHECK(refused.reasons[0].rule == "artifact-collected");
  CHECK(refused.reasons[0].who == "publish the same again: depops publish checkout 2.0 --artifact FILE");
  const hub::PublishVersion again{kCheckout, VersionLabel("2.0"), shelf.artifact(0), "c", at(0), {}};
  CHECK(shelf.bench.ask(again).code == Errc::not_found);
  REQUIRE(shelf.bench.ask(hub::ArtifactStored{shelf.artifact(0), 100}).ok);
  CHECK(shelf.bench.ask(again).ok);
  CHECK(shelf.bench.ask(to(kStaging, "2.0")).ok);
}

TEST_CASE("At its start the hub has removed again what a crash may have left") {
  Shelf shelf;
  for (int i = 0; i < 11; ++i) shelf.publish(i);
  shelf.kept_at_next_look();
  shelf.bench.restart();
  for (const hub::Effect& effect : shelf.bench.take_effects()) {
    if (const auto* collect = std::get_if<hub::CollectBlobs>(&effect)) {
      CHECK_FALSE(shelf.keeps(collect->keep, 0));
      CHECK(shelf.keeps(collect->keep, 10));
      return;
    }
  }
  FAIL("nothing was collected");
}

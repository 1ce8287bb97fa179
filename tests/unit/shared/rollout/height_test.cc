#include "shared/rollout/height.h"

#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

namespace depops::rollout {
namespace {

// Version 2 of four instances was submitted where version 1 of as many is.
Record begun(const Strategy& strategy) {
  Rig rig;
  rig.bring_up("1");
  rig.submit(plan_of("2", strategy));
  REQUIRE(rig.record->phase != Phase::idle);
  return *rig.record;
}

}  // namespace

TEST_CASE("height: by weight all of the new version stands beside all of the old one") {
  CHECK(height_of(begun(Canary{{SetWeight{25}}}), true) == 4);
  Record first = begun(Canary{{SetWeight{25}}});
  first.stable = {};
  CHECK(height_of(first, true) == 4);
  CHECK(height_of(first, false) == 4);
}

TEST_CASE("height: where instances take turns it is the surge") {
  Canary canary{{SetWeight{25}}};
  canary.max_surge = {1, false};
  CHECK(height_of(begun(canary), false) == 1);
  CHECK(height_of(begun(Rolling{{50, true}, {0, false}}), true) == 2);
  CHECK(height_of(begun(Rolling{{9, false}, {0, false}}), true) == 4);
}

TEST_CASE("height: where both sets change in turns, and on the way back, nothing is asked about") {
  Canary dynamic{{SetWeight{25}}};
  dynamic.dynamic_stable_scale = true;
  CHECK(height_of(begun(dynamic), true) == 0);
  CHECK(height_of(begun(Canary{{Batch{{2, false}}}}), true) == 0);
  Record record = begun(Canary{{SetWeight{25}}});
  record.phase = Phase::aborting;
  CHECK(height_of(record, true) == 0);
  record.phase = Phase::idle;
  CHECK(height_of(record, true) == 0);
  record = begun(Canary{{SetWeight{25}}});
  auto back = std::make_shared<Plan>(*record.plan);
  back->kind = ReleaseKind::rollback;
  record.plan = back;
  CHECK(height_of(record, true) == 0);
}

TEST_CASE("dip: where instances take turns what may be missing is missing, and by weight nothing is") {
  CHECK(dip_of(begun(Rolling{{1, false}, {1, false}}), true) == Dip{4, 3});
  CHECK(dip_of(begun(Rolling{{1, false}, {0, false}}), true) == Dip{4, 4});
  CHECK(dip_of(begun(Rolling{{0, false}, {9, false}}), true) == Dip{4, 0});
  Canary canary{{SetWeight{25}}};
  canary.max_unavailable = {50, true};
  CHECK(dip_of(begun(canary), true) == Dip{4, 4});
  CHECK(dip_of(begun(canary), false) == Dip{4, 2});
}

TEST_CASE("dip: of a first version, at rest and on the way back nothing is held up") {
  Record record = begun(Rolling{{1, false}, {1, false}});
  record.stable = {};
  CHECK_FALSE(dip_of(record, true).has_value());
  record = begun(Rolling{{1, false}, {1, false}});
  record.phase = Phase::aborting;
  CHECK_FALSE(dip_of(record, true).has_value());
  record.phase = Phase::idle;
  CHECK_FALSE(dip_of(record, true).has_value());
}

}  // namespace depops::rollout

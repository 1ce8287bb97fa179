#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

// Readiness that the new version loses while it has requests.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

// All requests go to version 2, with four instances of each, and it is watched for an hour.
struct Baking : Rig {
  explicit Baking(OnFailure on_failure = OnFailure::rollback) {
    bring_up("1");
    auto plan = plan_of("2", Canary{{SetWeight{25}}});
    plan->bake = 3'600'000ms;
    plan->on_failure = on_failure;
    submit(plan);
    REQUIRE(until(Phase::baking));
    tick();
  }
  bool goes_back_within(Millis most) {
    const Millis from = now.boottime;
    until([&] { return record->phase == Phase::aborting || now.boottime - from > most; });
    return record->phase == Phase::aborting;
  }
};

}  // namespace

TEST_CASE("guard: a version that loses its readiness in its bake goes back, counted requests or not") {
  Baking rig;
  const bool counted = GENERATE(true, false);
  rig.rps = counted ? 1'000 : 0;
  rig.seen = [counted](View& view) { view.counted = counted; };
  rig.most[kNewSet] = 0;
  CHECK_FALSE(rig.goes_back_within(9'000ms));
  REQUIRE(rig.goes_back_within(2'000ms));
  CHECK(rig.record->reason.find("lost 4 of 4 instances for 10 s, and the earlier version did not") !=
        std::string::npos);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.stable() == "1.1");
}

TEST_CASE("guard: more than a quarter of the instances is too many, a quarter is what a lost node may take") {
  Baking rig;
  rig.most[kNewSet] = 3;
  CHECK_FALSE(rig.goes_back_within(120'000ms));
  rig.most[kNewSet] = 2;
  CHECK(rig.goes_back_within(11'000ms));
}

TEST_CASE("guard: what the strategy lets be missing may be missing") {
  Rig rig;
  rig.bring_up("1", 8);
  rig.submit(plan_of("2", Rolling{{0, false}, {4, false}}, 8));
  REQUIRE(rig.until([&] { return rig.record->target_replicas == 8 && rig.record->weight.percent > 50; }));
  REQUIRE(rig.record->phase == Phase::rolling);
  rig.most[kNewSet] = 4;
  for (int i = 0; i < 300; ++i) rig.tick();
  CHECK(rig.record->phase == Phase::rolling);
}

TEST_CASE("guard: what both versions lose is not the new one's fault") {
  Baking rig;
  rig.most[kNewSet] = 0;
  rig.most[kOldSet] = 2;  // half of what the new one lost
  CHECK_FALSE(rig.goes_back_within(120'000ms));
  rig.most[kOldSet] = 3;
  CHECK(rig.goes_back_within(11'000ms));
}

TEST_CASE("guard: instances that come back in time count as there, and the time begins anew with the next loss") {
  Baking rig;
  for (int i = 0; i < 20; ++i) {
    rig.most[kNewSet] = 0;
    CHECK_FALSE(rig.goes_back_within(8'000ms));
    rig.most[kNewSet] = 4;
    CHECK_FALSE(rig.goes_back_within(1'000ms));
  }
}

TEST_CASE("guard: an agent that was restarted meanwhile still knows what was there") {
  Baking rig;
  rig.most[kNewSet] = 1;
  CHECK_FALSE(rig.goes_back_within(5'000ms));
  rig.restart();
  REQUIRE(rig.goes_back_within(11'000ms));
  CHECK(rig.record->reason.find("lost 3 of 4") != std::string::npos);
}

TEST_CASE("guard: a service that was made smaller meanwhile lost nothing") {
  Baking rig;
  REQUIRE(rig.scale(2).accepted);
  CHECK_FALSE(rig.goes_back_within(60'000ms));
  CHECK(rig.record->target_replicas == 2);
}

TEST_CASE("guard: a person who goes on with fewer instances is not asked for the same ones again") {
  Baking rig(OnFailure::hold);
  rig.most[kNewSet] = 2;
  const auto held = [&] { return !rig.record->pauses.empty(); };
  REQUIRE(rig.until(held));
  REQUIRE(rig.give(Verb::resume).accepted);
  CHECK_FALSE(rig.until(held, 300));
  rig.most[kNewSet] = 1;
  CHECK(rig.until(held, 300));
}

TEST_CASE("guard: a first version has nothing better behind it") {
  Rig rig;
  auto plan = plan_of("1", Canary{{SetWeight{25}}});
  plan->bake = 3'600'000ms;
  plan->kind = ReleaseKind::forward;
  rig.submit(plan);
  REQUIRE(rig.until([&] { return rig.record->weight.percent == 100 && rig.record->weight.verified_level > 0; }));
  rig.most[SetId("checkout-1")] = 1;
  for (int i = 0; i < 100; ++i) rig.tick();
  CHECK(rig.record->phase != Phase::aborting);
}

}  // namespace depops::rollout

#include "shared/rollout/batch.h"

#include <catch2/catch.hpp>

#include "shared/rollout/rolling.h"
#include "tests/unit/shared/rollout/slow_rig.h"

// Hosts that change over in groups.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

// Eight instances of the first version, and a plan of batches for the second.
struct InBatches : Rig {
  explicit InBatches(std::vector<Step> steps) {
    bring_up("1", 8);
    auto plan = plan_of("2", Canary{std::move(steps), true, {}}, 8);
    plan->target.workload.drain = 1'000ms;
    submit(plan);
  }
  bool reaches(std::uint32_t target, std::uint32_t stable, std::uint32_t percent) {
    return until([&] {
      return record->phase == Phase::holding && record->target_replicas == target &&
             record->stable_replicas == stable && record->weight.percent == percent;
    });
  }
};

Batch batch_of(std::uint32_t count) { return Batch{{count, false}}; }
Batch share(std::uint32_t percent) { return Batch{{percent, true}}; }

TEST_CASE("batches of up to 100 instances are so many of the target and the rest of stable, exactly") {
  for (std::uint32_t n = 1; n <= 100; ++n) {
    for (std::uint32_t k = 1; k <= n; ++k) {
      const Canary canary{{batch_of(k)}, true, {}};
      const std::uint32_t percent = share_asked(canary.steps[0], n).value();
      REQUIRE(instances_for(percent, n) == k);
      REQUIRE(stable_keeps(canary, percent, n) == n - k);
    }
  }
  CHECK(share_asked(batch_of(1), 250) == 1U);
  CHECK(share_asked(share(10), 1) == 100U);
  CHECK(share_asked(batch_of(9), 8) == 100U);
  CHECK_FALSE(share_asked(Pause{}, 8));
}

TEST_CASE("each batch takes the place of as many old instances, with their part of the requests") {
  InBatches rig({batch_of(1), Pause{}, share(50), Pause{}, share(100), Pause{}});
  REQUIRE(rig.reaches(1, 7, 12));
  REQUIRE(rig.give(Verb::advance).accepted);
  REQUIRE(rig.reaches(4, 4, 50));
  REQUIRE(rig.give(Verb::advance).accepted);
  REQUIRE(rig.reaches(8, 1, 100));
  REQUIRE(rig.give(Verb::advance).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::completed);
  CHECK(rig.stable() == "1.2");
}

TEST_CASE("a batch that is bad brings the old instances back before their requests") {
  SlowRig rig;
  rig.submit(plan_by({"", Canary{{share(50), Pause{3'000ms}, errors_for(60'000ms)}, true, {}}}, "2"));
  REQUIRE(rig.turn_until([&] { return rig.record->stable_replicas == 5; }));
  rig.error_permille[kNewSet] = 300;
  REQUIRE(rig.turn_until([&] {
    CHECK(rig.overloaded() == "");
    return rig.ended();
  }));
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.record->stable_replicas == 10);
}

TEST_CASE("batches need no router: there the instances are the share") {
  Rig rig;
  rig.bring_up("1", 8);
  rig.divides = false;
  rig.submit(plan_of("2", Canary{{batch_of(2), Pause{}}, true, {}}, 8));
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.record->target_replicas == 2);
  CHECK(rig.record->stable_replicas == 6);
}

TEST_CASE("another size in the middle of a batch keeps its share of the instances") {
  InBatches rig({share(50), Pause{}});
  REQUIRE(rig.reaches(4, 4, 50));
  REQUIRE(rig.scale(12).accepted);
  REQUIRE(rig.reaches(6, 6, 50));
}

}  // namespace
}  // namespace depops::rollout

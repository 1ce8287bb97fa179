#include "shared/rollout/crowd.h"

#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

namespace depops::rollout {
namespace {

// Version 2 of four instances comes in these steps where version 1 of as many is.
Record climbing(std::vector<Step> steps) {
  Canary canary{std::move(steps)};
  canary.dynamic_stable_scale = true;
  Rig rig;
  rig.bring_up("1");
  rig.submit(plan_of("2", canary));
  REQUIRE(rig.record->phase != Phase::idle);
  return *rig.record;
}

using Crowds = std::vector<Crowd>;
const Step kUntilSomebodySays = Pause{};

}  // namespace

TEST_CASE("crowd: by batches there is one more than before while a group changes, and never all of both") {
  CHECK(crowds_of(
            climbing({Batch{{1, false}}, kUntilSomebodySays, Batch{{2, false}}, kUntilSomebodySays, Batch{{4, false}}}),
            true) == Crowds{{1, 0}, {2, 1}, {4, 2}});
}

TEST_CASE("crowd: nothing is given up before requests had a drain time to end, so that steps in a row add up") {
  CHECK(crowds_of(climbing({SetWeight{50}, SetWeight{100}}), true) == Crowds{{4, 0}});
  CHECK(crowds_of(climbing({SetWeight{50}, Pause{Millis(1)}, SetWeight{100}}), true) == Crowds{{4, 0}});
  CHECK(crowds_of(climbing({SetWeight{50}, kUntilSomebodySays, SetWeight{100}}), true) == Crowds{{2, 0}, {4, 2}});
}

TEST_CASE("crowd: instances asked for beyond the weight count, and the last of stable stays to the end") {
  CHECK(crowds_of(climbing({SetWeight{25}, SetScale{{3, false}}, kUntilSomebodySays, SetWeight{100}}), true) ==
        Crowds{{3, 0}, {4, 1}});
}

TEST_CASE("crowd: a machine that takes those very steps never has more of both than was counted") {
  for (const auto& steps : {std::vector<Step>{Batch{{1, false}}, Pause{Millis(60'000)}, Batch{{3, false}}},
                            std::vector<Step>{SetWeight{25}, Pause{Millis(60'000)}, SetWeight{75}, SetWeight{100}}}) {
    Canary canary{steps};
    canary.dynamic_stable_scale = true;
    Rig rig;
    rig.bring_up("1");
    rig.submit(plan_of("2", canary));
    const Crowds counted = crowds_of(*rig.record, true);
    REQUIRE_FALSE(counted.empty());
    for (int i = 0; i < 2'000 && rig.record->phase != Phase::idle; ++i) {
      rig.tick();
      if (rig.record->phase == Phase::idle) break;
      const std::uint32_t gone = 4 - std::min<std::uint32_t>(4, rig.record->stable_replicas);
      INFO(rig.record->target_replicas << " of the target, " << gone << " gone");
      CHECK(std::ranges::any_of(
          counted, [&](const Crowd& most) { return rig.record->target_replicas <= most.target && gone >= most.gone; }));
    }
    CHECK(rig.record->state == State::completed);
  }
}

TEST_CASE("crowd: where nothing changes in turns, and on the way back, there is none") {
  Record record = climbing({SetWeight{25}});
  CHECK(crowds_of(record, false).empty());
  record.phase = Phase::aborting;
  CHECK(crowds_of(record, true).empty());
  record = climbing({SetWeight{25}});
  record.stable = {};
  CHECK(crowds_of(record, true).empty());
}

}  // namespace depops::rollout

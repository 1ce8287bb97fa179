#include <catch2/catch.hpp>

#include "shared/rollout/rolling.h"
#include "shared/rollout/size.h"
#include "tests/unit/shared/rollout/rig.h"

// A service that is scaled, in the middle of whatever it does.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

Strategy canary(bool dynamic = false) {
  return Canary{{SetWeight{25}, Pause{}, errors_for(3'000ms), SetWeight{50}}, dynamic, {}};
}
Strategy rolling() { return Rolling{{2, false}, {0, false}}; }

// Version 1 with 4 instances is stable, version 2 on its way and in `phase`.
struct UnderWay : Rig {
  UnderWay(Strategy strategy, Phase phase, std::uint32_t replicas = 4) {
    bring_up("1", replicas);
    submit(plan_of("2", std::move(strategy), replicas));
    REQUIRE(until([&] {
      if (record->phase == Phase::holding && phase != Phase::holding) give(Verb::advance);
      return record->phase == phase;
    }));
  }
  // No set that has requests is short of what its share needs, and no order of ours made it so.
  void hold_every_tick(int ticks) {
    for (int i = 0; i < ticks && record->phase != Phase::idle; ++i) {
      const Record before = *record;
      if (record->phase == Phase::holding) give(Verb::advance);
      tick();
      if (record->rollout != before.rollout || record->phase == Phase::idle) continue;
      const std::uint32_t n = target_size(*record);
      if (record->weight.percent > before.weight.percent)
        REQUIRE(before.target_replicas >= instances_for(record->weight.percent, n));
      if (record->stable_replicas < before.stable_replicas && std::holds_alternative<Canary>(record->plan->strategy))
        REQUIRE(record->stable_replicas >= instances_for(100 - record->weight.percent, stable_size(*record)));
    }
  }
};

}  // namespace

TEST_CASE("scaled while nothing is under way, stable and what is kept warm have the new size") {
  Rig rig;
  rig.bring_up("1");
  auto plan = plan_of("2", Canary{{SetWeight{50}}});
  plan->keep_warm = 60'000ms;
  rig.submit(plan);
  REQUIRE(rig.until_ended());
  REQUIRE(rig.record->warm);
  const SetId set = rig.record->stable->set;
  CHECK(rig.scale(7).accepted);
  CHECK(rig.record->stable_replicas == 7);
  CHECK(rig.record->warm->replicas == 7);
  CHECK(rig.record->stable->set == set);
  CHECK(rig.record->stable->workload.replicas == 4);
  CHECK(rig.record->state == State::completed);
  CHECK(rig.record->reason == "completed");
  CHECK(rig.leaves.back().reason == "scaled to 7 by admin");
  CHECK(rig.leaves.back().action == "rollout.scale");
  rig.tick();
  CHECK(rig.scale(std::nullopt).accepted);
  CHECK(rig.record->stable_replicas == 4);
  rig.tick();
  CHECK_FALSE(rig.record->size);
}

TEST_CASE("a size out of bounds, or of nothing, is refused and nothing changes") {
  Rig rig;
  CHECK(rig.scale(3).answer == "nothing is deployed here: deploy a version first");
  rig.bring_up("1");
  const auto before = rig.record->last_intent;
  for (const std::uint32_t wrong : {0U, 1'001U}) {
    const Decision decision = rig.scale(wrong);
    CHECK_FALSE(decision.accepted);
    CHECK(decision.answer == std::to_string(wrong) + " instances are not possible: 1 to 1,000");
  }
  CHECK(rig.record->last_intent == before);
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("r6-2 scaled in the middle of a canary, stable has the new size and the target its share of it") {
  const Phase phase = GENERATE(Phase::scaling, Phase::weighing, Phase::holding, Phase::analyzing);
  const std::uint32_t size = GENERATE(2U, 8U, 40U);
  INFO(name_of(phase) << " to " << size);
  UnderWay rig(canary(), phase, 8);
  REQUIRE(rig.scale(size).accepted);
  REQUIRE(rig.until([&] { return !rig.record->size || rig.record->size->ordered; }));
  CHECK(rig.record->stable_replicas == size);
  if (rig.record->phase == Phase::holding) CHECK(rig.record->target_replicas == instances_for(25, size));
  rig.hold_every_tick(2'000);
  CHECK(rig.record->phase == Phase::idle);
  CHECK(rig.stable() == "1.2");
  CHECK(rig.record->stable_replicas == size);
}

TEST_CASE("r6-2 a resize never takes stable to what the target has, in any phase of any strategy") {
  const bool by_rolling = GENERATE(false, true);
  const std::uint32_t first = GENERATE(1U, 3U, 9U, 20U);
  const std::uint32_t second = GENERATE(2U, 6U, 15U);
  Rig rig;
  rig.bring_up("1", 6);
  rig.submit(plan_of("2", by_rolling ? rolling() : canary(true), 6));
  int tick = 0;
  while (rig.record->phase != Phase::idle && tick < 2'000) {
    if (tick % 7 == 3) rig.scale(tick % 2 == 0 ? first : second);
    if (rig.record->phase == Phase::holding) rig.give(Verb::advance);
    rig.tick();
    ++tick;
    if (rig.record->phase == Phase::idle) break;
    // On what every instance ordered is worth: requests never go where there are no instances.
    if (rig.record->weight.percent < 100) REQUIRE(rig.record->stable_replicas > 0);
    if (rig.record->weight.percent > 0) REQUIRE(rig.record->target_replicas > 0);
  }
  REQUIRE(rig.record->phase == Phase::idle);
  CHECK(rig.stable() == "1.2");
  CHECK(rig.record->stable_replicas == stable_size(*rig.record));
}

TEST_CASE("a pending setScale stays a share of the new size") {
  Rig rig;
  rig.bring_up("1", 8);
  rig.submit(plan_of("2", Canary{{SetScale{{50, true}}, SetWeight{10}, Pause{}}}, 8));
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.record->target_replicas == 4);
  rig.scale(20);
  CHECK(rig.record->target_replicas == 10);
  CHECK(rig.record->stable_replicas == 20);
  rig.scale(4);
  rig.tick();
  CHECK(rig.record->target_replicas == 2);
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("scaled in the middle of a rolling update, both sets keep their proportion") {
  Rig rig;
  rig.bring_up("1", 10);
  rig.submit(plan_of("2", rolling(), 10));
  REQUIRE(rig.until([&] { return rig.record->target_replicas == 6 && rig.record->weight.verified_level >= 2; }));
  const std::uint32_t target = rig.record->target_replicas;
  const std::uint32_t stable = rig.record->stable_replicas;
  rig.scale(20);
  CHECK(rig.record->target_replicas > target);
  CHECK(rig.record->stable_replicas > stable);
  CHECK(rig.record->target_replicas + rig.record->stable_replicas == 22);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->stable_replicas == 20);
}

TEST_CASE("what is taken away waits until the weight being written was read back") {
  Rig rig;
  rig.bring_up("1", 8);
  rig.submit(plan_of("2", Canary{{SetWeight{25}, Pause{}}}, 8));
  REQUIRE(rig.until(Phase::weighing));
  REQUIRE(rig.record->weight.verified_level == 0);
  CHECK(rig.scale(4).answer == "goes to 4 instances when the weight being written was read back");
  CHECK(rig.record->stable_replicas == 8);
  rig.tick();
  CHECK(rig.record->weight.verified_level >= 2);
  CHECK(rig.record->stable_replicas == 4);
  CHECK(rig.record->target_replicas == 1);
}

TEST_CASE("scaling up on the way back does not delay it") {
  Rig rig;
  rig.bring_up("1", 4);
  rig.submit(plan_of("2", canary(), 4));
  REQUIRE(rig.until(Phase::holding));
  rig.most[rig.record->stable->set] = 4;  // no room for more
  rig.scale(12);
  CHECK(rig.record->stable_replicas == 12);
  CHECK(rig.give(Verb::abort).accepted);
  CHECK(rig.record->weight.percent == 0);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
  CHECK(rig.record->stable_replicas == 12);
}

TEST_CASE("scaled while going back, stable comes back with the new size") {
  UnderWay rig(rolling(), Phase::rolling);
  REQUIRE(rig.until([&] { return rig.record->target_replicas >= 3; }));
  rig.give(Verb::abort);
  REQUIRE(rig.record->phase == Phase::aborting);
  CHECK(rig.scale(9).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.1");
  CHECK(rig.record->stable_replicas == 9);
}

TEST_CASE("scaled while the earlier version drains, it can still be gone back to") {
  Rig rig;
  rig.bring_up("1", 4);
  auto plan = plan_of("2", Canary{{SetWeight{50}}});
  plan->bake = 60'000ms;
  rig.submit(plan);
  REQUIRE(rig.until(Phase::baking));
  rig.scale(6);
  CHECK(rig.record->stable_replicas == 6);
  CHECK(rig.record->target_replicas == 6);
  CHECK(rig.give(Verb::abort).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.1");
}

TEST_CASE("a paused rollout is scaled, and stays paused") {
  UnderWay rig(canary(), Phase::holding);
  rig.give(Verb::pause);
  const std::uint32_t weight = rig.record->weight.percent;
  CHECK(rig.scale(16).accepted);
  CHECK(rig.record->target_replicas == 4);
  CHECK(rig.record->state == State::paused);
  rig.tick();
  CHECK(rig.record->weight.percent == weight);
  CHECK(rig.record->phase == Phase::holding);
}

TEST_CASE("a paused rollout that is scaled to the size it has stays where it is") {
  const std::optional<std::uint32_t> size = GENERATE(std::optional<std::uint32_t>(4), std::nullopt);
  Rig rig;
  rig.bring_up("1");
  rig.submit(plan_of("2", Rolling{{1, false}, {1, false}}));
  REQUIRE(rig.until([&] { return rig.record->target_replicas == 2; }));
  rig.give(Verb::pause);
  for (int i = 0; i < 20; ++i) rig.tick();
  const std::uint32_t target = rig.record->target_replicas, stable = rig.record->stable_replicas;
  REQUIRE(rig.scale(size).accepted);
  for (int i = 0; i < 20; ++i) rig.tick();
  CHECK(rig.record->target_replicas == target);
  CHECK(rig.record->stable_replicas == stable);
  REQUIRE(rig.give(Verb::resume).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::completed);
}

TEST_CASE("a version that declares another number ends it, and the one before keeps its size until then") {
  Rig rig;
  rig.bring_up("1", 4);
  rig.scale(9);
  rig.submit(plan_of("2", canary(), 6));
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.record->stable_replicas == 9);
  CHECK(rig.record->target_replicas == instances_for(25, 6));
  CHECK(status_of(*rig.record, View{}).size == 9U);
  CHECK(status_of(*rig.record, View{}).sets.front().declared == 6);
  SECTION("gone back, it has what it had") {
    rig.give(Verb::abort);
    REQUIRE(rig.until_ended());
    CHECK(rig.record->stable_replicas == 9);
    CHECK(rig.record->size);
  }
  SECTION("completed, the new version has what it declares") {
    rig.give(Verb::advance_full);
    REQUIRE(rig.until_ended());
    CHECK(rig.record->stable_replicas == 6);
    CHECK_FALSE(rig.record->size);
  }
  SECTION("scaled again, both have the number that was said last") {
    rig.scale(12);
    CHECK(rig.record->stable_replicas == 12);
    CHECK(rig.record->target_replicas == 3);
  }
}

TEST_CASE("a version that declares the same number keeps the size") {
  Rig rig;
  rig.bring_up("1", 4);
  rig.scale(9);
  rig.submit(plan_of("2", rolling(), 4));
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.2");
  CHECK(rig.record->stable_replicas == 9);
}

TEST_CASE("a command to scale that comes twice has the effect of once") {
  Rig rig;
  rig.bring_up("1");
  Command command;
  command.id = CommandId("c-x");
  command.verb = Verb::scale;
  command.actor = Actor("admin");
  command.replicas = 6;
  Watch watch;
  const Decision first = step(rig.record, command, View{}, watch, rig.now);
  const Decision again = step(first.next, command, View{}, watch, rig.now);
  CHECK(again.accepted);
  CHECK(again.answer == first.answer);
  CHECK_FALSE(again.next);
}

}  // namespace depops::rollout

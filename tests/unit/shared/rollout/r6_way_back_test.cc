#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/slow_rig.h"

// What hurt users of other engines when they went back, each as a requirement (table in README.md).
namespace depops::rollout::r6_way_back {
namespace {

using namespace std::chrono_literals;

bool rolls(const Way& way) { return std::holds_alternative<Rolling>(way.strategy); }
std::uint32_t missing(const Way& way) { return way.name == "rolling without surge" ? 2 : 0; }

Record ended_as(State state) {
  SlowRig rig;
  Record record = *rig.record;
  record.state = state;
  return record;
}

}  // namespace

TEST_CASE("r6-1 abort without a rollout is refused and orders nothing, whatever came before") {
  const State state = GENERATE(State::completed, State::aborted, State::rolled_back, State::failed);
  SlowRig rig;
  rig.record = std::make_shared<Record>(ended_as(state));
  const auto before = rig.record;
  const Decision decision = rig.give(Verb::abort);
  CHECK_FALSE(decision.accepted);
  CHECK(decision.leaves.empty());
  CHECK(rig.record->intents == before->intents);
  CHECK(rig.record->order == before->order);
  CHECK(rig.record->stable_replicas == 10);
  CHECK(desired_of(*rig.record).sets.size() == 1);
}

TEST_CASE("r6-1 abort where nothing was ever deployed is refused and orders nothing") {
  Rig rig;
  CHECK_FALSE(rig.give(Verb::abort).accepted);
  CHECK(rig.record->intents.empty());
  CHECK(desired_of(*rig.record).sets.empty());
}

TEST_CASE("r6-4 the stable version ordered again in mid-update: capacity first, then requests, then the target goes") {
  for (const Way& way : ways()) {
    INFO(way.name);
    SlowRig rig;
    rig.submit(plan_by(way, "2"));
    const bool shrinks = way.name != "canary";
    REQUIRE(rig.turn_until(
        [&] { return rig.record->stable_replicas <= 5 || (!shrinks && rig.record->weight.percent == 80); }));
    rig.weights.clear();
    REQUIRE(rig.submit(plan_by(way, "1"), true).accepted);
    while (!rig.ended()) {
      CHECK(rig.overloaded(missing(way)) == "");
      rig.turn();
    }
    CHECK(std::is_sorted(rig.weights.rbegin(), rig.weights.rend()));
    CHECK(rig.stable() == "1.1");
    CHECK(rig.record->stable_replicas == 10);
  }
}

TEST_CASE("r6-5 a failed analysis does not take the target away while stable can not serve") {
  SlowRig rig;
  rig.submit(plan_by({"", Canary{{SetWeight{80}, errors_for(600'000ms)}, true, {}}}, "2"));
  REQUIRE(rig.turn_until([&] { return rig.record->stable_replicas == 2; }));
  rig.dead.insert(kOldSet);
  rig.error_permille[kNewSet] = 300;
  REQUIRE(rig.turn_until([&] { return rig.record->phase == Phase::aborting; }));
  for (int i = 0; i < 300; ++i) rig.turn();
  CHECK(rig.record->weight.percent == 80);
  CHECK(rig.record->target_replicas == 8);
  CHECK(rig.record->stable_replicas == 10);
  rig.dead.clear();
  rig.most[kOldSet] = 0;
  REQUIRE(rig.turn_until([&] { return rig.ended(); }));
  CHECK(rig.record->state == State::rolled_back);
}

TEST_CASE("r6-5 a rolling update that goes back keeps as many instances as it may not miss") {
  for (const Way& way : ways()) {
    if (!rolls(way)) continue;
    INFO(way.name);
    SlowRig rig;
    rig.submit(plan_by(way, "2"));
    REQUIRE(rig.turn_until([&] { return rig.record->stable_replicas <= 5; }));
    REQUIRE(rig.give(Verb::abort).accepted);
    while (!rig.ended()) {
      CHECK(rig.available(kOldSet) + rig.available(kNewSet) + missing(way) >= 10);
      rig.turn();
    }
    CHECK(rig.stable() == "1.1");
  }
}

TEST_CASE("r6-15 what is stable never changes while a rollout is under way, and is whole again when it fails late") {
  const Phase phase =
      GENERATE(Phase::rolling, Phase::scaling, Phase::weighing, Phase::analyzing, Phase::promoting, Phase::baking);
  int tried = 0;
  for (const Way& way : ways()) {
    SlowRig rig;
    const Snapshot stable = rig.record->stable;
    auto plan = plan_by(way, "2");
    plan->bake = 5'000ms;
    rig.submit(plan);
    if (!rig.turn_until([&] { return rig.record->phase == phase || rig.ended(); }) || rig.ended()) continue;
    ++tried;
    INFO(way.name << " " << name_of(phase));
    rig.dead.insert(kNewSet);
    rig.seen = [](View& view) { view.target.restarts = 2; };
    while (!rig.ended()) {
      CHECK(rig.record->stable == stable);
      rig.turn();
    }
    CHECK(rig.record->state == State::rolled_back);
    CHECK(rig.record->stable == stable);
    CHECK(rig.record->stable_replicas == 10);
    CHECK(rig.record->history.empty());
  }
  CHECK(tried >= 2);
}

TEST_CASE("r6-15 a promotion that fails when stable has no instance left keeps what serves until stable is there") {
  SlowRig rig;
  rig.submit(plan_by(ways()[1], "2"));
  REQUIRE(rig.turn_until([&] { return rig.record->phase == Phase::promoting && rig.record->stable_replicas == 0; }));
  rig.seen = [](View& view) { view.target.restarts = 2; };
  bool was_empty = false;
  while (!rig.ended()) {
    rig.turn();
    if (rig.available(kOldSet) > 0 || rig.ended()) continue;
    was_empty = true;
    CHECK(rig.record->weight.percent == 100);
    CHECK(rig.available(kNewSet) >= 8);
  }
  CHECK(was_empty);
  CHECK(rig.stable() == "1.1");
}

TEST_CASE("r6-16 what failed can be retried, and going to the version that serves does nothing") {
  SlowRig rig;
  rig.dead.insert(kNewSet);
  rig.submit(plan_by(ways()[2], "2"));
  REQUIRE(rig.turn_until([&] { return rig.ended(); }, 5'000));
  REQUIRE(rig.record->state == State::rolled_back);
  rig.dead.clear();
  REQUIRE(rig.give(Verb::retry).accepted);
  REQUIRE(rig.turn_until([&] { return rig.ended(); }));
  CHECK(rig.stable() == "1.2");
  const auto before = rig.record;
  rig.weights.clear();
  REQUIRE(rig.submit(plan_by(ways()[2], "2")).accepted);
  for (int i = 0; i < 100; ++i) rig.turn();
  CHECK(rig.record->state == State::completed);
  CHECK(rig.record->last_intent == before->last_intent);
  CHECK(rig.record->history == before->history);
  CHECK(rig.weights.empty());
}

TEST_CASE("r6-19 abort of a paused rollout completes, whatever paused it; forward motion waits") {
  for (int reason = 0; reason <= static_cast<int>(PauseReason::failure); ++reason) {
    SlowRig rig;
    rig.submit(plan_by(ways()[2], "2"));
    REQUIRE(rig.turn_until([&] { return rig.record->phase == Phase::holding; }));
    Record paused = *rig.record;
    paused.pauses = {{static_cast<PauseReason>(reason), Stamp::of(rig.now), Actor("somebody"), "a reason"}};
    rig.record = std::make_shared<Record>(paused);
    INFO(name_of(paused.pauses[0].reason));
    const bool by_step = paused.pauses[0].reason == PauseReason::step;
    for (int i = 0; i < 100 && !by_step; ++i) rig.turn();
    if (!by_step) CHECK(rig.record->step == 1);
    if (!by_step) CHECK(rig.record->last_intent == paused.last_intent);
    REQUIRE(rig.give(Verb::abort).accepted);
    REQUIRE(rig.turn_until([&] { return rig.ended(); }));
    CHECK(rig.record->state == State::aborted);
    CHECK(rig.record->stable_replicas == 10);
  }
}

TEST_CASE("r6-20 retry begins one new attempt, once, and nothing repeats by itself") {
  SlowRig rig;
  rig.submit(plan_by(ways()[2], "2"));
  REQUIRE(rig.turn_until([&] { return rig.record->phase == Phase::holding; }));
  rig.give(Verb::abort);
  REQUIRE(rig.turn_until([&] { return rig.ended(); }));
  for (int i = 0; i < 200; ++i) rig.turn();
  CHECK(rig.record->attempt == 1);
  CHECK(rig.ended());
  Command retry;
  retry.id = CommandId("retry");
  retry.verb = Verb::retry;
  Watch watch;
  const Decision first = step(rig.record, retry, View{}, watch, rig.now);
  REQUIRE(first.accepted);
  CHECK(first.next->attempt == 2);
  CHECK(step(first.next, retry, View{}, watch, rig.now).next == nullptr);
  rig.record = first.next;
  REQUIRE(rig.turn_until([&] { return rig.record->phase == Phase::analyzing; }));
  CHECK(rig.record->analysis->run == "r-2/2/2/1");
  REQUIRE(rig.turn_until([&] { return rig.ended(); }));
  CHECK(step(rig.record, retry, View{}, watch, rig.now).next == nullptr);
  CHECK(rig.record->attempt == 2);
}

}  // namespace depops::rollout::r6_way_back

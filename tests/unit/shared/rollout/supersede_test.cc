#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

// A newer target that takes over from the one under way.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

Strategy laddered() { return Canary{{SetWeight{25}, Pause{Millis(2'000)}, errors_for(3'000ms), SetWeight{100}}}; }
Strategy rolled() { return Rolling{{1, false}, {0, false}}; }

// Version 1 is stable, version 2 on its way and in `phase`.
struct Overtaken : Rig {
  Overtaken(Strategy strategy, Phase phase) {
    bring_up("1");
    submit(plan_of("2", std::move(strategy)));
    REQUIRE(until(phase));
    weights.clear();
  }
};

}  // namespace

TEST_CASE("r6-18 supersede: 1.1 -> 1.2 -> 1.3 converges from every phase, by way of the stable version") {
  const Phase phase = GENERATE(Phase::preflight, Phase::scaling, Phase::weighing, Phase::holding, Phase::analyzing,
                               Phase::promoting, Phase::draining);
  INFO(name_of(phase));
  Overtaken rig(laddered(), phase);
  REQUIRE(rig.submit(plan_of("3", laddered()), true).accepted);
  CHECK(rig.stable() == "1.1");
  REQUIRE(rig.until([&] { return rig.record->rollout == RolloutId("r-3"); }));
  CHECK(rig.record->weight.percent == 0);
  CHECK(rig.record->target_replicas == 0);
  CHECK(rig.record->stable_replicas == 4);
  const auto old = rig.statuses_of(RolloutId("r-2"));
  REQUIRE_FALSE(old.empty());
  CHECK(old.back().state == State::aborted);
  CHECK(old.back().reason == "superseded by rollout r-3");
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.3");
  CHECK(rig.record->state == State::completed);
}

TEST_CASE("r6-18 supersede of a rolling update goes back within surge, then forward") {
  const Phase phase = GENERATE(Phase::rolling, Phase::promoting);
  Overtaken rig(rolled(), phase);
  REQUIRE(rig.submit(plan_of("3", rolled()), true).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.3");
}

TEST_CASE("r6-7 supersede: requests are back on stable before anything of the newer version starts") {
  Overtaken rig(laddered(), Phase::holding);
  REQUIRE(rig.submit(plan_of("3", laddered()), true).accepted);
  while (rig.record->rollout == RolloutId("r-2")) {
    for (const WantedSet& set : desired_of(*rig.record).sets) REQUIRE(set.snapshot->label != VersionLabel("1.3"));
    rig.tick();
  }
  CHECK(rig.weights == std::vector<std::uint32_t>{0});
}

TEST_CASE("supersede by the stable version is a fast return to it") {
  Overtaken rig(laddered(), Phase::analyzing);
  REQUIRE(rig.submit(plan_of("1", laddered()), true).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.1");
  CHECK(rig.record->rollout == RolloutId("r-3"));
  CHECK(rig.record->state == State::completed);
  CHECK(rig.weights == std::vector<std::uint32_t>{0});
}

TEST_CASE("supersede while stable has given up instances lets the rollout complete first") {
  Overtaken rig(rolled(), Phase::draining);
  REQUIRE(rig.record->stable_replicas < 4);
  const Decision decision = rig.submit(plan_of("3", rolled()), true);
  REQUIRE(decision.accepted);
  CHECK(rig.record->phase == Phase::draining);
  REQUIRE(rig.until([&] { return rig.record->rollout == RolloutId("r-3"); }));
  CHECK(rig.stable() == "1.2");
  CHECK(rig.statuses_of(RolloutId("r-2")).back().state == State::completed);
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.3");
}

TEST_CASE("supersede of one that goes back by a verdict keeps the verdict as its reason") {
  Overtaken rig(laddered(), Phase::holding);
  rig.error_permille[SetId("checkout-2")] = 400;
  REQUIRE(rig.until(Phase::aborting));
  const std::string verdict = rig.record->reason;
  rig.dead.insert(SetId("checkout-1"));
  REQUIRE(rig.submit(plan_of("3", laddered()), true).accepted);
  rig.dead.clear();
  REQUIRE(rig.until([&] { return rig.record->rollout == RolloutId("r-3"); }));
  CHECK(rig.statuses_of(RolloutId("r-2")).back().state == State::rolled_back);
  CHECK(rig.statuses_of(RolloutId("r-2")).back().reason == verdict);
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.3");
}

TEST_CASE("superseded twice: the one in between never begins, and its end is told") {
  Overtaken rig(laddered(), Phase::holding);
  rig.dead.insert(SetId("checkout-1"));  // stable can not be seen to be whole: it waits
  REQUIRE(rig.submit(plan_of("3", laddered()), true).accepted);
  REQUIRE(rig.submit(plan_of("4", laddered()), true).accepted);
  const auto between = rig.statuses_of(RolloutId("r-3"));
  REQUIRE(between.size() == 1);
  CHECK(between[0].state == State::aborted);
  CHECK(between[0].reason == "superseded by rollout r-4 before it began here");
  rig.dead.clear();
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.4");
  CHECK(rig.statuses_of(RolloutId("r-3")).size() == 1);
}

TEST_CASE("without the word a second target is refused, and says how it could begin") {
  Overtaken rig(laddered(), Phase::holding);
  const Decision decision = rig.submit(plan_of("3", laddered()));
  CHECK_FALSE(decision.accepted);
  CHECK(decision.answer.find("deploy with --supersede") != std::string::npos);
  CHECK_FALSE(rig.record->next);
}

TEST_CASE("an older target never supersedes, and the same one does it once") {
  Overtaken rig(laddered(), Phase::holding);
  Submit old;
  old.rollout = RolloutId("r-1");
  old.epoch = Generation(1);
  old.plan = plan_of("1", laddered());
  old.supersede = true;
  Watch watch;
  CHECK_FALSE(step(rig.record, old, View{}, watch, rig.now).accepted);
  rig.dead.insert(SetId("checkout-1"));
  REQUIRE(rig.submit(plan_of("3", laddered()), true).accepted);
  Submit again;
  static_cast<Submission&>(again) = *rig.record->next;
  again.supersede = true;
  const Decision second = step(rig.record, again, View{}, watch, rig.now);
  CHECK_FALSE(second.accepted);
  CHECK(second.next == nullptr);
}

TEST_CASE("a rollout that waits can be aborted; every other verb is refused until it has begun") {
  Overtaken rig(laddered(), Phase::holding);
  rig.dead.insert(SetId("checkout-1"));
  REQUIRE(rig.submit(plan_of("3", laddered()), true).accepted);
  const Decision refused = rig.give_waiting(Verb::pause);
  CHECK_FALSE(refused.accepted);
  CHECK(refused.answer == "it has not begun here: r-2 goes back to the stable version first");
  const Decision aborted = rig.give_waiting(Verb::abort);
  REQUIRE(aborted.accepted);
  REQUIRE(aborted.leaves.size() == 1);
  CHECK(aborted.leaves[0].object == "rollout/r-3");
  CHECK(rig.statuses_of(RolloutId("r-3")).back().state == State::aborted);
  rig.dead.clear();
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.1");
  CHECK(rig.record->rollout == RolloutId("r-2"));
  // Its document comes again: it does not begin after all.
  CHECK(rig.record->refused_epoch == Generation(3));
}

TEST_CASE("the artifact of a rollout that waits is fetched meanwhile") {
  Overtaken rig(laddered(), Phase::holding);
  rig.dead.insert(SetId("checkout-1"));
  REQUIRE(rig.submit(plan_of("3", laddered()), true).accepted);
  const auto hold = desired_of(*rig.record).hold;
  CHECK(std::any_of(hold.begin(), hold.end(), [](const Snapshot& one) { return one->label == VersionLabel("1.3"); }));
}

TEST_CASE("a first deployment that is superseded leaves nothing, then the newer one is the first") {
  Rig rig;
  rig.dead.insert(SetId("checkout-1"));
  rig.submit(plan_of("1", laddered()));
  REQUIRE(rig.until(Phase::promoting));
  REQUIRE(rig.submit(plan_of("2", laddered()), true).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.2");
  CHECK(rig.record->history.empty());
}

}  // namespace depops::rollout

#include <catch2/catch.hpp>

#include "shared/rollout/rolling.h"
#include "tests/unit/shared/rollout/rig.h"

// Where a version takes the place of another one, as in a StatefulSet: there is never one instance more.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

struct InPlace : Rig {
  explicit InPlace(bool by_weight = false) {
    divides = by_weight;
    bring_up("1", 4);
    seen = [](View& view) { view.stable.turns = Turns::by_place; };
  }
  // Never more than four instances on the way.
  bool goes_until(const std::function<bool()>& is_so) {
    for (int i = 0; i < 2'000 && !is_so(); ++i) {
      tick();
      REQUIRE(record->target_replicas + record->stable_replicas <= 4);
      REQUIRE(record->target_replicas + record->stable_replicas >= 2);
    }
    return is_so();
  }
  bool ends() {
    return goes_until([this] { return record->phase == Phase::idle && !record->next; });
  }
};

Rolling one_by_one() { return Rolling{{0, false}, {1, false}}; }

Canary steps(std::vector<Step> all) {
  Canary canary{std::move(all), false, {}};
  canary.max_surge = {0, false};
  canary.max_unavailable = {1, false};
  return canary;
}

std::string refusal(InPlace& rig, const std::shared_ptr<Plan>& plan) {
  rig.submit(plan);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
  CHECK(rig.record->stable_replicas == 4);
  CHECK(rig.record->target_replicas == 0);
  return rig.record->reason;
}

}  // namespace

TEST_CASE("in place a rolling update never has an instance more than the service, with a router and without") {
  InPlace rig(GENERATE(true, false));
  rig.submit(plan_of("2", one_by_one(), 4));
  REQUIRE(rig.ends());
  CHECK(rig.stable() == "1.2");
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("in place a bad version makes room for the old one again") {
  InPlace rig(GENERATE(true, false));
  rig.dead.insert(kNewSet);
  auto plan = plan_of("2", one_by_one(), 4);
  plan->step_timeout = 20'000ms;
  rig.submit(plan);
  REQUIRE(rig.ends());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("in place a version that died with all places makes room, though the router leads nobody to stable yet") {
  InPlace rig(true);
  auto plan = plan_of("2", one_by_one(), 4);
  plan->bake = 60'000ms;
  rig.submit(plan);
  REQUIRE(rig.goes_until([&] { return rig.record->phase == Phase::baking; }));
  REQUIRE(rig.record->stable_replicas == 0);
  rig.seen = [](View& view) {
    view.stable.turns = Turns::by_place;
    if (view.stable.routable == 0) view.target_share = 100;
  };
  rig.dead.insert(kNewSet);
  rig.give(Verb::abort);
  REQUIRE(rig.ends());
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("in place nothing goes back for an instance that is only not up, until the way back is stuck") {
  InPlace rig(true);
  auto plan = plan_of("2", one_by_one(), 4);
  plan->step_timeout = 20'000ms;
  rig.submit(plan);
  REQUIRE(rig.goes_until([&] { return rig.record->target_replicas == 2; }));
  rig.seen = [](View& view) {
    view.stable.turns = Turns::by_place;
    if (view.target.running < 2) return;
    view.target.available = view.target.routable = 1;
  };
  rig.give(Verb::abort);
  REQUIRE(rig.goes_until([&] { return rig.record->target_replicas < 2; }));
  CHECK_FALSE(rig.record->degraded.empty());
  REQUIRE(rig.ends());
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("in place a canary by the share of the instances is carried out") {
  InPlace rig;
  rig.submit(plan_of("2", steps({SetWeight{25}, Pause{}, SetWeight{50}}), 4));
  REQUIRE(rig.goes_until([&] { return rig.record->phase == Phase::holding; }));
  CHECK(rig.record->target_replicas == 1);
  CHECK(rig.record->stable_replicas == 3);
  rig.give(Verb::abort);
  REQUIRE(rig.ends());
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("in place a rollback that skips its steps has no instance more either") {
  InPlace rig(GENERATE(true, false));
  auto plan = plan_of("2", Canary{{SetWeight{50}}, false, {}}, 4);
  plan->kind = ReleaseKind::rollback;
  rig.submit(plan);
  REQUIRE(rig.ends());
  CHECK(rig.stable() == "1.2");
}

TEST_CASE("what can not be done in place is refused before anything is changed, with the remedy") {
  SECTION("a surge") {
    InPlace rig;
    CHECK(refusal(rig, plan_of("2", Rolling{{1, false}, {0, false}}, 4)) ==
          "maxSurge 1: a StatefulSet has no instance beside those that it has; use maxSurge: 0 and maxUnavailable: 1");
  }
  SECTION("a surge of a canary") {
    InPlace rig;
    auto canary = steps({SetWeight{50}});
    canary.max_surge = {25, true};
    CHECK(refusal(rig, plan_of("2", canary, 4)).starts_with("maxSurge 25%: "));
  }
  SECTION("both versions whole") {
    InPlace rig(true);
    auto canary = steps({SetWeight{50}});
    canary.ladder = Ladder::blue_green;
    CHECK(refusal(rig, plan_of("2", canary, 4)).starts_with("blueGreen: "));
  }
  SECTION("requests divided by weight") {
    InPlace rig(true);
    CHECK(refusal(rig, plan_of("2", steps({SetWeight{50}}), 4)).starts_with("canary: the router here divides"));
  }
  SECTION("the earlier version kept") {
    InPlace rig(true);
    auto plan = plan_of("2", one_by_one(), 4);
    plan->keep_warm = 1'000ms;
    CHECK(refusal(rig, plan).starts_with("keepOldFor: "));
  }
}

}  // namespace depops::rollout

#include <catch2/catch.hpp>

#include "shared/rollout/rolling.h"
#include "tests/unit/shared/rollout/rig.h"

// A canary where no router divides requests by weight: the share of the instances is the share of the requests.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

Canary steps(std::vector<Step> all) {
  Canary canary{std::move(all), false, {}};
  canary.max_surge = {1, false};
  return canary;
}

// Nobody else is there: at every tick as many instances as may be, and as many available as must be.
struct ByRatio : Rig {
  ByRatio() { divides = false; }
  bool goes_until(const std::function<bool()>& is_so, std::uint32_t n, const Bounds& bounds) {
    for (int i = 0; i < 2'000 && !is_so(); ++i) {
      tick();
      REQUIRE(record->target_replicas + record->stable_replicas <= n + bounds.surge);
      REQUIRE(record->target_replicas + record->stable_replicas >= n - bounds.unavailable);
    }
    return is_so();
  }
};

Analysis scraped() {
  Analysis analysis = errors_for(1'000ms);
  analysis.spec.metrics[0].provider = analysis::ScrapeProvider{};
  return analysis;
}

}  // namespace

TEST_CASE("without a router setWeight becomes a number of instances, stable first, within surge") {
  ByRatio rig;
  rig.bring_up("1", 10);
  rig.submit(plan_of("2", steps({SetWeight{20}, Pause{}, SetWeight{50}, Pause{}}), 10));
  const auto held = [&] { return rig.record->phase == Phase::holding; };
  REQUIRE(rig.goes_until(held, 10, {1, 0}));
  CHECK(rig.record->target_replicas == 2);
  CHECK(rig.record->stable_replicas == 8);
  CHECK(rig.record->weight.percent == 20);
  CHECK(rig.record->weight.verified_level == 1);
  rig.give(Verb::advance);
  REQUIRE(rig.goes_until(held, 10, {1, 0}));
  CHECK(rig.record->target_replicas == 5);
  CHECK(rig.record->stable_replicas == 5);
  rig.give(Verb::advance);
  REQUIRE(rig.goes_until([&] { return rig.record->phase == Phase::idle; }, 10, {1, 0}));
  CHECK(rig.stable() == "1.2");
  CHECK(rig.record->stable_replicas == 10);
}

TEST_CASE("what the instances make of a weight is what is said") {
  ByRatio rig;
  rig.bring_up("1", 2);
  rig.submit(plan_of("2", steps({SetWeight{10}, Pause{}}), 2));
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.record->target_replicas == 1);
  CHECK(rig.record->stable_replicas == 2);
  CHECK(rig.record->weight.percent == 33);
  CHECK(rig.record->exposed_at);
}

TEST_CASE("r6-5 back again: stable grows first and only the target shrinks, until none is left") {
  ByRatio rig;
  rig.bring_up("1", 6);
  rig.submit(plan_of("2", steps({SetWeight{50}, Pause{}}), 6));
  REQUIRE(rig.until(Phase::holding));
  rig.give(Verb::abort);
  std::uint32_t last = rig.record->target_replicas;
  while (rig.record->phase != Phase::idle) {
    REQUIRE(rig.record->target_replicas <= last);
    last = rig.record->target_replicas;
    REQUIRE(rig.goes_until([&] { return true; }, 6, {1, 0}));
    rig.tick();
    REQUIRE(rig.record->target_replicas + rig.record->stable_replicas <= 7);
  }
  CHECK(rig.record->state == State::aborted);
  CHECK(rig.record->stable_replicas == 6);
  CHECK(rig.record->safe_at);
}

TEST_CASE("a new version of which nothing gets ready is gone back from with all of stable") {
  ByRatio rig;
  rig.bring_up("1", 4);
  rig.dead.insert(SetId("checkout-2"));
  auto plan = plan_of("2", steps({SetWeight{50}}), 4);
  plan->step_timeout = 20'000ms;
  rig.submit(plan);
  REQUIRE(rig.goes_until([&] { return rig.record->phase == Phase::idle; }, 4, {1, 0}));
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.record->stable_replicas == 4);
  CHECK_FALSE(rig.record->exposed_at);
}

TEST_CASE("what needs a router that divides is refused before anything is changed, with the remedy") {
  ByRatio rig;
  rig.bring_up("1", 4);
  auto plan = plan_of("2", steps({SetWeight{50}, errors_for(1'000ms)}), 4);
  std::string why;
  SECTION("requests counted by HAProxy") {
    why =
        "step 2: metric errors of analysis errors counts requests at HAProxy, and the router here counts none; "
        "give it another provider, like prometheus or scrape";
  }
  SECTION("in the background too") {
    auto canary = steps({SetWeight{50}});
    canary.background = Background{errors_for(0ms).spec, 0};
    plan->strategy = canary;
    why =
        "metric errors of analysis errors counts requests at HAProxy, and the router here counts none; "
        "give it another provider, like prometheus or scrape";
  }
  SECTION("more instances than the share") {
    plan->strategy = steps({SetScale{{2, false}}, SetWeight{50}});
    why =
        "step 1: setScale: nobody divides requests by weight here, so more instances would get more requests; "
        "leave it out";
  }
  SECTION("instances that are kept without requests") {
    plan->strategy = steps({SetWeight{50}});
    plan->keep_warm = 1'000ms;
    why = "keepOldFor: nobody divides requests by weight here, so what is kept would go on getting some; leave it out";
  }
  rig.submit(plan);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
  CHECK(rig.record->reason == why);
  CHECK(rig.record->stable_replicas == 4);
}

TEST_CASE("analysis by what is not the router's goes on by ratio") {
  ByRatio rig;
  rig.bring_up("1", 4);
  rig.submit(plan_of("2", steps({SetWeight{50}, scraped()}), 4));
  REQUIRE(rig.until(Phase::analyzing));
  CHECK(rig.record->weight.percent == 50);
}

TEST_CASE("a first deployment that is aborted is over when nothing of it gets requests any more") {
  ByRatio rig;
  rig.submit(plan_of("1", Rolling{}));
  REQUIRE(rig.until([&] { return rig.record->weight.percent == 100; }));
  rig.seen = [](View& view) { view.target.routable = view.target.available = 4; };  // they drain
  REQUIRE(rig.give(Verb::abort).accepted);
  for (int i = 0; i < 10; ++i) rig.tick();
  CHECK(rig.record->phase == Phase::aborting);
  CHECK(rig.record->target_replicas == 0);
  rig.seen = nullptr;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
}

TEST_CASE("a rolling update without a router ends with none of the old instances") {
  ByRatio rig;
  rig.bring_up("1", 4);
  rig.submit(plan_of("2", Rolling{{4, false}, {0, false}}, 4));
  REQUIRE(rig.until(Phase::draining));
  CHECK(rig.record->stable_replicas == 0);
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.2");
}

TEST_CASE("r6-2 scaled in the middle of a canary by ratio, both sets keep their proportion") {
  ByRatio rig;
  rig.bring_up("1", 4);
  rig.submit(plan_of("2", steps({SetWeight{25}, Pause{}}), 4));
  REQUIRE(rig.until(Phase::holding));
  rig.scale(12);
  REQUIRE(rig.until([&] { return rig.record->size->ordered; }));
  CHECK(rig.record->target_replicas + rig.record->stable_replicas <= 13);
  CHECK(rig.record->target_replicas >= 3);
  CHECK(rig.record->stable_replicas >= 8);
  rig.give(Verb::advance);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->stable_replicas == 12);
}

}  // namespace depops::rollout

#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

// Routers that divide requests but can not do all that HAProxy does.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

Canary ladder(std::vector<Step> all) { return {std::move(all), false, {}}; }

void sees(Rig& rig, const std::function<void(View&)>& change) { rig.seen = change; }

// A router that counts no requests: it has no counters, and nobody knows what is under way.
void count_nothing(View& view) {
  static const std::vector<analysis::CounterRow> kNone;
  view.counted = false;
  view.counters = &kNone;
}

std::string reason_of(Rig& rig, Strategy strategy) {
  rig.submit(plan_of("2", std::move(strategy)));
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
  CHECK(rig.record->stable_replicas == 4);
  return rig.record->reason;
}

Step header(RouteKey key) { return SetHeader{"beta", RouteMatch{key, "X-Beta", {"yes"}}}; }

}  // namespace

TEST_CASE("where nobody counts requests a weight that was read back is enough, without the time for measuring") {
  Rig rig;
  rig.bring_up("1");
  sees(rig, count_nothing);
  rig.submit(plan_of("2", ladder({SetWeight{20}, Pause{}})));
  REQUIRE(rig.until([&] { return rig.record->weight.percent == 20; }));
  const Millis ordered = rig.now.boottime;
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.now.boottime - ordered < 2s);
}

TEST_CASE("I18: where nobody counts requests the earlier version keeps its instances for the whole drain time") {
  Rig rig;
  rig.bring_up("1");
  sees(rig, count_nothing);
  auto plan = plan_of("2", ladder({SetWeight{100}}));
  plan->target.workload.drain = 5'000ms;
  rig.submit(plan);
  REQUIRE(rig.until(Phase::draining));
  const Millis drain = rig.record->stable->workload.drain;
  REQUIRE(drain > Millis(0));
  const Millis began = rig.now.boottime;
  REQUIRE(rig.until_ended());
  CHECK(rig.now.boottime - began >= drain);
}

TEST_CASE("what the router here can not do is refused before anything is changed, with the remedy") {
  Rig rig;
  rig.bring_up("1");
  SECTION("an analysis of its counters") {
    sees(rig, count_nothing);
    CHECK(reason_of(rig, ladder({SetWeight{50}, errors_for(1'000ms)})).find("give it another provider") !=
          std::string::npos);
  }
  SECTION("a share between nothing and all") {
    sees(rig, [](View& view) { view.all_at_once = true; });
    CHECK(reason_of(rig, ladder({SetWeight{50}})) ==
          "step 1: setWeight 50: the router here moves all requests at once; use blueGreen, or give the site a router "
          "that divides");
  }
  SECTION("instances that take turns") {
    sees(rig, [](View& view) { view.all_at_once = true; });
    CHECK(reason_of(rig, Rolling{}) == "rolling: the router here moves all requests at once; use blueGreen");
  }
  SECTION("a cookie") {
    sees(rig, [](View& view) { view.cookies = false; });
    CHECK(reason_of(rig, ladder({header(RouteKey::cookie), SetWeight{50}})) ==
          "step 1: setHeader beta: the router here leads no requests by a cookie; use a header");
  }
  SECTION("a header") {
    sees(rig, [](View& view) { view.headers = view.cookies = false; });
    CHECK(reason_of(rig, ladder({header(RouteKey::header), SetWeight{50}})) ==
          "step 1: setHeader beta: the router here leads no requests by a header; leave it out");
  }
}

TEST_CASE("all at once is enough for nothing, all and a first deployment") {
  Rig rig;
  sees(rig, [](View& view) { view.all_at_once = true; });
  rig.submit(plan_of("1", Rolling{}));
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::completed);
  rig.submit(plan_of("2", ladder({SetWeight{0}, SetWeight{100}})));
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::completed);
}

}  // namespace depops::rollout

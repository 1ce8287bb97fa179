#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

// Header-routed steps, and blue-green as a ladder of the same steps.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

struct Rolled : Rig {
  explicit Rolled(const std::shared_ptr<Plan>& plan) {
    bring_up("1", 4);
    weights.clear();
    submit(plan);
  }
  std::vector<std::string> routes() const {
    std::vector<std::string> names;
    for (const ForcedRoute& route : desired_of(*record).forced) names.push_back(route.name);
    return names;
  }
};

SetHeader preview(const std::string& name = "preview", const std::string& header = "X-Preview") {
  return {name, RouteMatch{RouteKey::header, header, {"on"}}};
}

std::shared_ptr<Plan> canary(std::vector<Step> steps) {
  auto plan = plan_of("2", Canary{std::move(steps), false, {}}, 4);
  plan->target.workload.drain = 1'000ms;
  return plan;
}

Analysis failing_when(const std::string& condition, Millis duration) {
  Analysis analysis = errors_for(duration);
  analysis.spec.metrics[0].test = analysis::Conditions{"", condition};
  return analysis;
}

std::shared_ptr<Plan> blue_green() {
  auto plan = canary({SetScale{{100, true}}, preview(), failing_when("errors / requests > 0.1", 5'000ms),
                      SetWeight{100}, failing_when("errors / requests > 0.05", 10'000ms)});
  std::get<Canary>(plan->strategy).ladder = Ladder::blue_green;
  return plan;
}

}  // namespace

TEST_CASE("setHeader: an instance first, then the route, and the step is over when it was read back") {
  Rolled rig(canary({preview(), Pause{}}));
  rig.dead.insert(kNewSet);
  REQUIRE(rig.until(Phase::routing));
  for (int i = 0; i < 20; ++i) rig.tick();
  CHECK(rig.record->target_replicas == 1);
  CHECK(rig.routes().empty());
  rig.dead.clear();
  rig.router_forces = false;
  REQUIRE(rig.until([&] { return !rig.routes().empty(); }));
  for (int i = 0; i < 20; ++i) rig.tick();
  CHECK(rig.record->phase == Phase::routing);
  CHECK(waiting_for(*rig.record, {}).find("1") != std::string::npos);
  rig.router_forces = true;
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.record->weight.percent == 0);
  CHECK(rig.record->exposed_at.has_value());
  CHECK(rig.statuses_of(rig.record->rollout).back().routes ==
        std::vector<std::string>{"preview: header X-Preview: on"});
}

TEST_CASE("setHeader: routes add up, one is changed and one ended by name, none is left at the end") {
  Rolled rig(canary(
      {preview(), preview("second", "X-Second"), Pause{}, SetHeader{"preview", std::nullopt}, Pause{}, SetWeight{50}}));
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.routes() == std::vector<std::string>{"preview", "second"});
  REQUIRE(rig.give(Verb::advance).accepted);
  REQUIRE(rig.until([&] { return rig.record->step == 4; }));
  CHECK(rig.routes() == std::vector<std::string>{"second"});
  REQUIRE(rig.give(Verb::advance).accepted);
  REQUIRE(rig.until(Phase::draining));
  CHECK(rig.routes().empty());
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.2");
  CHECK(rig.record->routes == RouteMark{});
}

TEST_CASE("setHeader: not in force in time, it goes back") {
  auto plan = canary({preview(), Pause{}});
  plan->step_timeout = 10'000ms;
  Rolled rig(plan);
  rig.router_forces = false;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.record->reason.find("no progress for 10 s: 1 forced routes are ordered") != std::string::npos);
}

TEST_CASE("an abort ends the forced routes with its first order and waits until they are gone") {
  Rolled rig(canary({preview(), SetWeight{50}, Pause{}}));
  REQUIRE(rig.until(Phase::holding));
  REQUIRE(rig.give(Verb::abort).accepted);
  CHECK(rig.routes().empty());
  CHECK(rig.record->weight.percent == 0);
  CHECK(rig.record->phase == Phase::aborting);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
  CHECK(rig.record->safe_at.has_value());
}

TEST_CASE("with dynamic stable scale an abort ends the forced routes only when stable has room") {
  auto plan = canary({preview(), SetWeight{75}, Pause{}});
  std::get<Canary>(plan->strategy).dynamic_stable_scale = true;
  Rolled rig(plan);
  REQUIRE(rig.until([&] { return rig.record->stable_replicas == 1; }));
  rig.most[SetId("checkout-1")] = 2;
  REQUIRE(rig.give(Verb::abort).accepted);
  for (int i = 0; i < 20; ++i) rig.tick();
  CHECK(rig.routes() == std::vector<std::string>{"preview"});
  rig.most.clear();
  REQUIRE(rig.until_ended());
  CHECK(rig.routes().empty());
}

TEST_CASE("at weight 0 the forced requests are judged: an analysis finds a bad version before any other request") {
  Rolled rig(canary({preview(), errors_for(30'000ms), SetWeight{50}}));
  rig.forced_rps = 50;
  rig.error_permille[kNewSet] = 200;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.weights.empty());
  CHECK(rig.record->reason.find("errors in") != std::string::npos);
}

TEST_CASE("above weight 0 the forced requests are in no window: they chose their version") {
  Rolled rig(canary({preview(), SetWeight{50}, errors_for(5'000ms)}));
  rig.forced_rps = 500;
  REQUIRE(rig.until(Phase::analyzing));
  rig.reports.clear();
  rig.tick(1'000ms);
  std::uint64_t judged = 0;
  for (const Report& report : rig.reports) {
    const auto* window = std::get_if<WindowJudged>(&report);
    if (window != nullptr) judged += window->measurement.window.canary.requests;
  }
  CHECK(judged > 0);
  CHECK(judged <= 600);  // half of 1,000 a second since the weight was read back, and none of the 500
}

TEST_CASE("forced requests of which half fail trip the guard at weight 0") {
  Rolled rig(canary({preview(), Pause{}}));
  rig.forced_rps = 50;
  rig.error_permille[kNewSet] = 700;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.record->reason.find("half or more") != std::string::npos);
}

TEST_CASE("blue-green: preview, all requests at once, looked at again, done") {
  Rolled rig(blue_green());
  rig.forced_rps = 20;
  REQUIRE(rig.until(Phase::routing));
  CHECK(rig.record->target_replicas == 4);
  REQUIRE(rig.until([&] { return rig.record->step == 4 && rig.record->phase == Phase::analyzing; }));
  CHECK(rig.record->stable_replicas == 4);  // whole, for an instant way back
  REQUIRE(rig.until_ended());
  CHECK(rig.weights == std::vector<std::uint32_t>{100, 0});  // 0: nothing is under way any more
  CHECK(rig.stable() == "1.2");
}

TEST_CASE("blue-green: bad after the switch, all requests are back with one order") {
  Rolled rig(blue_green());
  rig.forced_rps = 20;
  REQUIRE(rig.until([&] { return rig.record->step == 4 && rig.record->phase == Phase::analyzing; }));
  rig.error_permille[kNewSet] = 100;
  rig.weights.clear();
  REQUIRE(rig.until(Phase::aborting));
  CHECK(rig.weights == std::vector<std::uint32_t>{0});
  CHECK(rig.record->stable_replicas == 4);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.stable() == "1.1");
}

TEST_CASE("blue-green: bad in the preview, no request of the weights ever went there") {
  Rolled rig(blue_green());
  rig.forced_rps = 50;
  rig.error_permille[kNewSet] = 200;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.weights.empty());
}

}  // namespace depops::rollout

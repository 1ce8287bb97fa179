#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

// Times that were over before the agent came back: what happened meanwhile is looked at before they move anything on.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

constexpr Millis kAway{60'000};

std::shared_ptr<Plan> stepped(std::vector<Step> steps, bool watched) {
  Canary canary{std::move(steps), false, {}};
  if (watched) canary.background = Background{errors_for(0ms).spec, 0};
  auto plan = plan_of("2", canary, 10);
  plan->target.workload.drain = 1'000ms;
  return plan;
}

// The agent is killed in that phase and comes back a minute later, when the new version has begun to fail requests.
struct Returned : Rig {
  Returned(const std::shared_ptr<Plan>& plan, Phase phase, std::uint32_t permille) {
    bring_up("1", 10);
    weights.clear();
    seen = [](View& view) { view.stable.in_flight = 1; };  // draining takes its time
    submit(plan);
    REQUIRE(until(phase));
    for (int i = 0; i < 15; ++i) tick();
    REQUIRE(record->phase == phase);
    error_permille[kNewSet] = permille;
    now.wall += kAway;
    now.boottime += kAway;
    seen = [](View& view) { view.router = false; };
    restart();
    tick();
  }

  std::uint32_t highest() const { return *std::ranges::max_element(weights); }
};

}  // namespace

TEST_CASE("a pause that ended while the agent was away does not end before the analysis beside the steps was read") {
  Returned rig(stepped({SetWeight{25}, Pause{10'000ms}, SetWeight{50}, Pause{}}, true), Phase::holding, 300);
  CHECK(rig.record->phase == Phase::holding);
  rig.seen = nullptr;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.highest() == 25);
}

TEST_CASE("a pause that ended while the agent was away does not end before the guards looked") {
  Returned rig(stepped({SetWeight{25}, Pause{10'000ms}, SetWeight{50}, Pause{}}, false), Phase::holding, 500);
  rig.seen = nullptr;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.highest() == 25);
}

TEST_CASE(
    "an approval that nobody gave in time does not let a version on that began to fail while the agent was away") {
  Approval approval;
  approval.timeout = 10'000ms;
  approval.on_timeout = Approval::OnTimeout::go_on;
  Returned rig(stepped({SetWeight{25}, approval, SetWeight{50}, Pause{}}, false), Phase::holding, 500);
  rig.seen = nullptr;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.highest() == 25);
}

TEST_CASE("a bake that ended while the agent was away does not make a version stable that began to fail") {
  auto plan = stepped({SetWeight{50}}, true);
  plan->bake = 10'000ms;
  Returned rig(plan, Phase::baking, 500);
  rig.seen = nullptr;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.stable() == "1.1");
}

TEST_CASE("a drain that ended while the agent was away does not let stable go for a version that began to fail") {
  Returned rig(stepped({SetWeight{50}}, false), Phase::draining, 500);
  rig.seen = nullptr;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.stable() == "1.1");
}

TEST_CASE("times that are over move on in the end where nothing can be read, and where all is well") {
  Returned rig(stepped({SetWeight{25}, Pause{10'000ms}, Pause{}}, true), Phase::holding, 0);
  REQUIRE(rig.record->step == 1);
  SECTION("nothing can be read") {}
  SECTION("all is well") { rig.seen = nullptr; }
  CHECK(rig.until([&] { return rig.record->step == 2; }, 75));  // 15 s
}

}  // namespace depops::rollout

#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/slow_rig.h"

// Verdicts that other engines gave and should not have, each as a requirement (table in README.md).
namespace depops::rollout::r6_verdict {
namespace {

using namespace std::chrono_literals;

struct Analyzed : SlowRig {
  explicit Analyzed(Millis duration, Millis interval = 1'000ms) {
    submit(plan_by(
        {"", Canary{{SetWeight{25}, Pause{1'000ms}, errors_for(duration, interval), SetWeight{50}}, false, {}}}, "2"));
    REQUIRE(turn_until([&] { return record->phase == Phase::analyzing; }));
    reports.clear();
  }
  bool says_passed() const {
    for (const Report& report : reports) {
      const auto* changed = std::get_if<RolloutChanged>(&report);
      if (changed != nullptr && changed->status.reason.find("passed") != std::string::npos) return true;
    }
    return false;
  }
  bool is_unsure() const {
    return std::any_of(record->pauses.begin(), record->pauses.end(),
                       [](const PauseMark& pause) { return pause.reason == PauseReason::inconclusive; });
  }
};

}  // namespace

TEST_CASE("r6-13 an analysis that a person ended is not one that passed, and a newer one begins with nothing counted") {
  const Verb verb = GENERATE(Verb::skip, Verb::advance_full, Verb::abort);
  INFO(name_of(verb));
  Analyzed rig(60'000ms);
  REQUIRE(rig.turn_until([&] { return rig.record->analysis->state.metrics[0].passes >= 3; }));
  REQUIRE(rig.give(verb).accepted);
  CHECK_FALSE(rig.says_passed());
  CHECK(rig.record->reason.rfind(std::string(name_of(verb)) + " by admin", 0) == 0);
  CHECK_FALSE(rig.record->analysis);
}

TEST_CASE("r6-13 an analysis whose time is over before anything was measured has not passed") {
  Analyzed rig(2'000ms, 4'000ms);
  rig.seen = [](View& view) { view.router = false; };
  for (int i = 0; i < 12; ++i) rig.turn();
  CHECK(rig.record->phase == Phase::analyzing);
  CHECK_FALSE(rig.says_passed());
  for (int i = 0; i < 500; ++i) rig.turn();
  CHECK(rig.record->phase == Phase::analyzing);
  CHECK_FALSE(rig.record->pauses.empty());
}

TEST_CASE("r6-14 without requests nothing is decided: a pause says so, and it neither goes on nor back") {
  Analyzed rig(60'000ms);
  rig.rps = 0;
  REQUIRE(rig.turn_until([&] { return rig.is_unsure(); }));
  CHECK(rig.record->reason ==
        "metric errors: 3 windows in a row had no data, at most 2 allowed: no request reached the "
        "canary");
  for (int i = 0; i < 500; ++i) rig.turn();
  CHECK(rig.record->phase == Phase::analyzing);
  CHECK(rig.record->weight.percent == 25);
}

TEST_CASE("r6-14 fewer requests than minRequests keep a step from passing, never from failing") {
  Analyzed quiet(10'000ms);
  quiet.rps = 0;
  for (int i = 0; i < 5; ++i) quiet.turn();
  quiet.rps = 20;  // five a second for the canary, minRequests is 10
  REQUIRE(quiet.turn_until([&] { return quiet.record->phase != Phase::analyzing; }));
  CHECK(quiet.says_passed());

  Analyzed few(1'000ms);
  few.rps = 20;
  REQUIRE(few.turn_until([&] { return few.is_unsure(); }));
  CHECK(few.record->reason.find("minRequests is 10") != std::string::npos);

  Analyzed bad(60'000ms);
  auto plan = std::make_shared<Plan>(*bad.record->plan);
  std::get<Analysis>(std::get<Canary>(plan->strategy).steps[2]).spec.metrics[0].limits.min_requests = 1'000'000;
  Record record = *bad.record;
  record.plan = plan;
  bad.record = std::make_shared<Record>(record);
  bad.error_permille[kNewSet] = 300;
  REQUIRE(bad.turn_until([&] { return bad.ended(); }));
  CHECK(bad.record->state == State::rolled_back);
}

}  // namespace depops::rollout::r6_verdict

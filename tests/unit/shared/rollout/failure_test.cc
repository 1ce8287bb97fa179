#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

// What a failure does by the plan: rollback, hold, ask.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

struct Failing : Rig {
  explicit Failing(OnFailure on_failure,
                   Strategy strategy = Canary{{SetWeight{25}, errors_for(30'000ms), SetWeight{50}}}) {
    bring_up("1");
    auto plan = plan_of("2", std::move(strategy));
    plan->on_failure = on_failure;
    plan->answer_within = 60'000ms;
    submit(plan);
    error_permille[SetId("checkout-2")] = 300;
  }
  bool is_held() const {
    return std::any_of(record->pauses.begin(), record->pauses.end(),
                       [](const PauseMark& pause) { return pause.reason == PauseReason::failure; });
  }
  bool until_held() {
    return until([&] { return is_held(); });
  }
};

}  // namespace

TEST_CASE("on failure: rollback goes back by itself") {
  Failing rig(OnFailure::rollback);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
}

TEST_CASE("on failure: hold stays where it is for as long as nobody decides, and says who can") {
  Failing rig(OnFailure::hold);
  REQUIRE(rig.until_held());
  const auto weights = rig.weights;
  CHECK(rig.record->phase == Phase::analyzing);
  CHECK(rig.record->detected_at);
  CHECK(rig.record->reason.find("abort goes back, resume goes on; it stays so") != std::string::npos);
  for (int i = 0; i < 200; ++i) rig.tick(60'000ms);
  CHECK(rig.is_held());
  CHECK(rig.weights == weights);
  CHECK(rig.record->weight.percent == 25);
  REQUIRE(rig.give(Verb::abort).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
  CHECK(rig.stable() == "1.1");
}

TEST_CASE("on failure: a person who resumes gets a new attempt with nothing of the old one counted") {
  Failing rig(OnFailure::hold);
  REQUIRE(rig.until_held());
  rig.error_permille.clear();
  REQUIRE(rig.give(Verb::resume).accepted);
  CHECK(rig.record->analysis->attempt == 2);
  CHECK_FALSE(rig.record->detected_at);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::completed);
  CHECK(rig.stable() == "1.2");
}

TEST_CASE("on failure: the same failure after a resume holds it again") {
  Failing rig(OnFailure::hold);
  REQUIRE(rig.until_held());
  REQUIRE(rig.give(Verb::resume).accepted);
  CHECK_FALSE(rig.is_held());
  CHECK(rig.until_held());
}

TEST_CASE("on failure: ask waits for an answer, then goes back by itself") {
  Failing rig(OnFailure::ask);
  REQUIRE(rig.until_held());
  const Moment asked = rig.now;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.now.boottime - asked.boottime >= 60'000ms);
  CHECK(rig.record->reason.find("nobody decided for 60 s") != std::string::npos);
}

TEST_CASE("on failure: an answer in time counts, and the time begins anew with the next failure") {
  Failing rig(OnFailure::ask);
  REQUIRE(rig.until_held());
  for (int i = 0; i < 100; ++i) rig.tick(500ms);
  REQUIRE(rig.is_held());
  REQUIRE(rig.give(Verb::resume).accepted);
  REQUIRE(rig.until_held());
  for (int i = 0; i < 100; ++i) rig.tick(500ms);
  CHECK(rig.is_held());
}

TEST_CASE("on failure: a deadline and a guard are failures too") {
  Failing slow(OnFailure::hold, Rolling{{1, false}, {0, false}});
  slow.dead.insert(SetId("checkout-2"));
  REQUIRE(slow.until([&] { return slow.is_held(); }, 5'000));
  CHECK(slow.record->phase == Phase::rolling);
  slow.dead.clear();
  slow.error_permille.clear();
  REQUIRE(slow.give(Verb::resume).accepted);
  REQUIRE(slow.until_ended());
  CHECK(slow.stable() == "1.2");

  Failing broken(OnFailure::hold, Canary{{SetWeight{25}, Pause{}}});
  broken.error_permille.clear();
  REQUIRE(broken.until(Phase::holding));
  broken.error_permille[SetId("checkout-2")] = 900;
  REQUIRE(broken.until_held());
  CHECK(broken.record->phase == Phase::holding);
  CHECK(broken.give(Verb::advance).accepted);  // the step's pause is over; the failure still holds it
  CHECK(broken.record->phase == Phase::holding);
}

TEST_CASE("on failure: a first deployment has nothing to hold on to") {
  Rig rig;
  auto plan = plan_of("1", Canary{{SetWeight{10}}});
  plan->on_failure = OnFailure::hold;
  rig.dead.insert(SetId("checkout-1"));
  rig.submit(plan);
  REQUIRE(rig.until([&] { return rig.record->phase == Phase::idle; }, 5'000));
  CHECK(rig.record->state == State::failed);
}

}  // namespace depops::rollout

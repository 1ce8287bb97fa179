#include "hub/rehearsal/ladder.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/hub/rehearsal/scripts.h"

namespace depops::hub::rehearsal {
namespace {

using Catch::Contains;

std::vector<std::string> levels_of(const Ladder& ladder) {
  std::vector<std::string> levels;
  for (const Rung& rung : ladder.rungs) {
    levels.push_back(rung.what + ": " + std::to_string(rung.target) + "+" + std::to_string(rung.stable) + " at " +
                     std::to_string(rung.weight));
  }
  return levels;
}

}  // namespace

TEST_CASE("the ladder of a canary has each step with its instances and its share") {
  const Ladder ladder = ladder_of(script_of(canary_of_two_steps(), 0), std::nullopt);
  CHECK(ladder.whole);
  CHECK(levels_of(ladder) == std::vector<std::string>{"preflight: 0+4 at 0", "setWeight 10: 1+4 at 10",
                                                      "analysis errors 20s: 1+4 at 10", "setWeight 50: 2+4 at 50",
                                                      "pause: 2+4 at 50", "promoting: 4+4 at 100",
                                                      "draining: 4+4 at 100"});
  CHECK(ladder.rungs[2].at_least == Millis(20'000));
  CHECK(ladder.rungs[2].waits_for == "20s without a failure, and 100 requests to the target");
  CHECK(ladder.rungs[4].waits_for == "a person: rollout advance");
  CHECK(ladder.rungs[2].outlooks.empty());
}

TEST_CASE("the ladder of a rolling update has each pair of sizes") {
  const Ladder ladder = ladder_of(script_of(rollout::Rolling{{1, false}, {0, false}}, 0), std::nullopt);
  CHECK(ladder.whole);
  const auto levels = levels_of(ladder);
  CHECK(levels.at(1) == "rolling: 1+4 at 25");
  CHECK(std::count(levels.begin(), levels.end(), "rolling: 4+1 at 75") == 1);
  for (const Rung& rung : ladder.rungs) CHECK(rung.target + rung.stable <= 5);
}

TEST_CASE("the ladder has scales, the bake and what is kept, and names the analysis beside the steps") {
  rollout::Canary canary{{rollout::SetScale{{3, false}}, rollout::SetWeight{10}}};
  canary.background = rollout::Background{errors_for(Millis(0)).spec, 1};
  canary.dynamic_stable_scale = true;
  Script script = script_of(canary, 0);
  rollout::Plan plan = *script.plan;
  plan.bake = Millis(600'000);
  plan.keep_warm = Millis(3'600'000);
  script.plan = std::make_shared<const rollout::Plan>(plan);
  const Ladder ladder = ladder_of(script, std::nullopt);
  CHECK(ladder.whole);
  CHECK(ladder.beside == "beside the steps, from step 2 on: analysis errors");
  const auto levels = levels_of(ladder);
  CHECK(levels.at(1) == "setScale 3: 3+4 at 0");
  CHECK(levels.at(2) == "setWeight 10: 3+4 at 10");
  const auto baking = std::find_if(ladder.rungs.begin(), ladder.rungs.end(),
                                   [](const Rung& rung) { return rung.what == "baking 10m"; });
  REQUIRE(baking != ladder.rungs.end());
  CHECK(baking->weight == 100);
  CHECK(baking->at_least == Millis(600'000));
  CHECK(ladder.rungs.back().what == "draining");
  CHECK_THAT(ladder.rungs.back().waits_for, Contains("its instances are kept for 1h"));
}

TEST_CASE("the ladder says who approves, and what a hook is waited for") {
  rollout::Hook hook{"migrate", rollout::HookCommand{{"/opt/migrate"}}, Millis(300'000), false, 2, {}};
  hook.undo = rollout::HookCommand{{"/opt/migrate", "back"}};
  const rollout::Approval two{2, Millis(86'400'000), rollout::Approval::OnTimeout::abort, true};
  const rollout::Canary canary{{rollout::SetWeight{10}, hook, two, rollout::SetWeight{50}}};
  const Ladder ladder = ladder_of(script_of(canary, 0), std::nullopt);
  CHECK(ladder.whole);
  const auto levels = levels_of(ladder);
  CHECK(levels.at(2) == "hook migrate: 1+4 at 10");
  CHECK(levels.at(3) == "approval 2: 1+4 at 10");
  CHECK(levels.at(4) == "setWeight 50: 2+4 at 50");
  CHECK(ladder.rungs[2].waits_for == "its end, at most 5m, tried 3 times at most; taken back on the way back");
  CHECK(ladder.rungs[3].waits_for ==
        "2 different people other than who asked for it: rollout approve; after 1d it goes back");
}

TEST_CASE("the ladder begins with the Jobs of the plan, which the cluster takes in a trial before anything changes") {
  const auto begins = [](rollout::Canary canary) {
    const Ladder ladder = ladder_of(script_of(std::move(canary), 0), std::nullopt);
    CHECK(ladder.whole);
    return ladder.rungs.at(0).what + ": " + ladder.rungs.at(0).waits_for;
  };
  rollout::Hook hook{"migrate", rollout::HookJob{"jobs/migrate.yaml"}, Millis(300'000), false, 2, {}};
  CHECK(begins({{rollout::SetWeight{10}, hook}}) ==
        "preflight: the artifact, and the cluster to take the plan's Job in a trial, and all 4 of stable available");
  hook.undo = rollout::HookJob{"jobs/back.yaml"};
  CHECK(begins({{hook, rollout::SetWeight{10}, hook}}) ==
        "preflight: the artifact, and the cluster to take the plan's 2 Jobs in a trial, and all 4 of stable available");
  CHECK(begins(canary_of_two_steps()) == "preflight: the artifact, and all 4 of stable available");
}

TEST_CASE("the planner says whether the traffic can decide, by the same law as analysis power") {
  const Script script = script_of(canary_of_two_steps(), 0);
  const Ladder few = ladder_of(script, Traffic{40.0 / 60, 0.002, 2});
  REQUIRE(few.rungs[2].outlooks.size() == 1);
  const Outlook& outlook = few.rungs[2].outlooks.front();
  CHECK_FALSE(outlook.decides);
  CHECK_THAT(outlook.sentence,
             Contains("at 40 requests/min and a 0.2 % base a doubling needs about 23 h at 10 %") &&
                 Contains("about 1 of the 100 requests that a pass needs: it would end inconclusive; take 25 min"));
  REQUIRE(outlook.forecast);
  CHECK(outlook.forecast->larger_weight->weight == 50);
  const Ladder many = ladder_of(script, Traffic{50'000, 0.01, 5});
  CHECK(many.rungs[2].outlooks.front().decides);
}

TEST_CASE("with all requests at the target there is nothing to compare with, and that is said") {
  rollout::Canary canary{{rollout::SetWeight{100}, errors_for(Millis(20'000))}};
  const Ladder ladder = ladder_of(script_of(canary, 0), Traffic{100, 0.01, 2});
  REQUIRE(ladder.rungs[2].outlooks.size() == 1);
  CHECK_FALSE(ladder.rungs[2].outlooks.front().decides);
  CHECK_THAT(ladder.rungs[2].outlooks.front().sentence, Contains("nothing to compare"));
}

}  // namespace depops::hub::rehearsal

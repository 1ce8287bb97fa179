#include "hub/cli/goal.h"

#include <catch2/catch.hpp>

#include "shared/json/parse.h"

using namespace depops;
using namespace depops::hub::cli;

namespace {

json::Value deployment(const std::string& state, const std::string& rollout, int step, int available = 2) {
  return json::parse(R"({"state":")" + state + R"(","rollouts":[{"state":")" + rollout + R"(","step":)" +
                     std::to_string(step) + R"(,"sets":[{"desired":2,"available":)" + std::to_string(available) +
                     "}]}]}")
      .value();
}

Progress judged(const std::string& goal, const json::Value& now) { return judge(goal_named(goal).value(), now); }

}  // namespace

TEST_CASE("goals are named, and nothing else is") {
  for (const char* text : {"completed", "healthy", "paused", "any-terminal", "step=1", "step=50"})
    CHECK(goal_named(text));
  for (const char* text : {"", "step", "step=", "step=0", "step=x", "step=1x", "step=-1", "done"})
    CHECK_FALSE(goal_named(text));
}

TEST_CASE("each goal is reached by its state and by no other") {
  const auto running = deployment("running", "running", 1);
  const auto paused = deployment("running", "paused", 1);
  const auto completed = deployment("completed", "completed", 2);
  CHECK(judged("completed", running) == Progress::under_way);
  CHECK(judged("completed", completed) == Progress::reached);
  CHECK(judged("paused", running) == Progress::under_way);
  CHECK(judged("paused", paused) == Progress::reached);
  CHECK(judged("paused", completed) == Progress::never);
  CHECK(judged("step=2", running) == Progress::reached);
  CHECK(judged("step=3", running) == Progress::under_way);
  CHECK(judged("step=9", completed) == Progress::reached);
  CHECK(judged("healthy", completed) == Progress::reached);
  CHECK(judged("healthy", deployment("completed", "completed", 2, 1)) == Progress::under_way);
  CHECK(judged("any-terminal", running) == Progress::under_way);
}

TEST_CASE("a rollback that ended what was under way has come back when its sites have, and not when one could not") {
  const Goal back{Goal::Kind::gone_back};
  CHECK(judge(back, deployment("rolling_back", "rolling_back", 1)) == Progress::under_way);
  for (const char* state : {"rolled_back", "aborted", "cancelled"})
    CHECK(judge(back, deployment(state, state, 1)) == Progress::reached);
  CHECK(judge(back, deployment("failed", "failed", 1)) == Progress::never);
  auto completed = deployment("completed", "completed", 1);
  CHECK(judge(back, completed) == Progress::never);
  completed.add("kind", "rollback");
  CHECK(judge(back, completed) == Progress::reached);
}

TEST_CASE("a bad end is the end of every wait but the one for any end") {
  for (const char* state : {"rolled_back", "aborted", "cancelled", "expired", "failed"}) {
    const auto ended = deployment(state, state, 1);
    for (const char* goal : {"completed", "healthy", "paused", "step=2"}) CHECK(judged(goal, ended) == Progress::never);
    CHECK(judged("any-terminal", ended) == Progress::reached);
  }
}

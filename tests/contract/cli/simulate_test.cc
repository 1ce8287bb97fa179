#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "shared/json/parse.h"
#include "tests/contract/cli/program.h"
#include "tests/support/paths.h"

// Rollouts tried out without a hub, and ladders of files. The scenarios of tests/scenarios say themselves how they end.
namespace depops::hub::cli {
namespace {

using Catch::Contains;
using test::run_depops;

std::string pipeline() { return test::source_dir() + "/deploy/demo/pipeline.yaml"; }

std::string scenario(const std::string& name) { return test::source_dir() + "/tests/scenarios/" + name + ".yaml"; }

// The first line of each file is "# ENVIRONMENT: ...".
std::string environment_of(const std::string& file) {
  const std::string text = test::read_whole(file);
  return text.substr(2, text.find(':') - 2);
}

test::Ran simulate(const std::string& file, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"rollout", "simulate",           "-f",         pipeline(),
                                     "-e",      environment_of(file), "--scenario", file};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_depops(arguments);
}

test::Ran plan(std::vector<std::string> more) {
  more.insert(more.begin(), {"rollout", "plan", "-f", pipeline()});
  return run_depops(more);
}

}  // namespace

TEST_CASE("every scenario ends as it says, and prints only data") {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(test::source_dir() + "/tests/scenarios")) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  }
  REQUIRE(names.size() >= 11);
  for (const std::string& name : names) {
    INFO(name);
    const json::Value made = json_of(simulate(scenario(name), {"-o", "json"}));
    CHECK(made["scenario"].as_string() == name);
    CHECK(made["asExpected"].as_bool());
    CHECK_FALSE(made["timeline"].items().empty());
    CHECK(made["requests"]["failed"].as_uint() == made["requests"]["target"]["failed"].as_uint() +
                                                      made["requests"]["stable"]["failed"].as_uint() +
                                                      made["requests"]["unserved"].as_uint());
  }
}

TEST_CASE("a bad canary as text and as a diagram looks as agreed, with the numbers that decided") {
  const auto text = simulate(scenario("bad-canary"));
  CHECK(text.exit == 0);
  CHECK(text.err.empty());
  CHECK(text.out == test::golden("simulate-bad-canary.txt", text.out));
  CHECK_THAT(text.out, Contains("rolled_back") && Contains("evidence") && Contains("limit 20 : 1"));
  const auto diagram = simulate(scenario("bad-canary"), {"-o", "mermaid"});
  CHECK(diagram.exit == 0);
  CHECK(diagram.out == test::golden("simulate-bad-canary.mmd", diagram.out));
  CHECK_THAT(test::read_whole(test::source_dir() + "/README.md"), Contains("```mermaid\n" + diagram.out + "```"));
  const auto rolling = simulate(scenario("rolling"));
  CHECK(rolling.out == test::golden("simulate-rolling.txt", rolling.out));
}

TEST_CASE("the seed decides what falls by chance") {
  const auto seeded = [](const char* seed) { return simulate(scenario("bad-canary"), {"--seed", seed}).out; };
  CHECK(seeded("1") == simulate(scenario("bad-canary")).out);
  CHECK(seeded("2") == seeded("2"));
  CHECK(seeded("2") != seeded("3"));
}

TEST_CASE("what does not end as expected is status 3 and says what was expected") {
  const test::Scratch scratch;
  const std::string text = test::read_whole(scenario("bad-canary"));
  const std::size_t at = text.find("  expect:");
  const std::string hopeful = scratch.file("hopeful.yaml", text.substr(0, at) + "  expect: {state: completed}\n");
  const auto ran = simulate(hopeful);
  CHECK(ran.exit == 3);
  CHECK_THAT(ran.out, Contains("not as expected: expected completed, it is rolled_back"));
  CHECK(ran.err == "error: expected completed, it is rolled_back\n");
  const auto silent = scratch.file("silent.yaml", text.substr(0, at));
  CHECK(simulate(silent, {"-o", "json"}).exit == 3);
}

TEST_CASE("what can not be tried out is refused with its place") {
  const test::Scratch scratch;
  const auto wrong = simulate(scratch.file(
      "wrong.yaml", "# production:\napiVersion: depops/v1\nkind: Scenario\nmetadata: {name: a}\nspec: {rps: fast}\n"));
  CHECK(wrong.exit == 1);
  CHECK(wrong.out.empty());
  CHECK_THAT(wrong.err, Contains("wrong.yaml:5:13: spec.rps: is \"fast\"") && Contains("needs the key \"target\""));
  const auto elsewhere =
      run_depops({"rollout", "simulate", "-f", pipeline(), "-e", "moon", "--scenario", scenario("bad-canary")});
  CHECK(elsewhere.exit == 5);
  CHECK_THAT(elsewhere.err, Contains("the pipeline of checkout has no environment moon"));
  CHECK(run_depops({"rollout", "simulate", "-f", pipeline(), "-e", "staging"}).exit == 2);
}

TEST_CASE("validate knows scenarios, and what is wrong in them; the hub is not given any") {
  const test::Scratch scratch;
  const auto good = run_depops({"validate", "-f", pipeline(), "-f", scenario("bad-canary"), "-o", "json"});
  const json::Value list = json_of(good);
  CHECK(list["items"].items().size() == 3);
  CHECK(list["items"].items().at(2)["kind"].as_string() == "Scenario");
  const std::string wrong = scratch.file(
      "wrong.yaml", "apiVersion: depops/v1\nkind: Scenario\nmetadata: {name: a}\nspec: {rps: 1, taget: {}}\n");
  const auto bad = run_depops({"validate", "-f", wrong});
  CHECK(bad.exit == 1);
  CHECK_THAT(bad.err, Contains("unknown key \"taget\"; did you mean \"target\"?"));
  const auto applied = run_depops({"apply", "-f", scenario("bad-canary")});
  CHECK(applied.exit == 1);
  CHECK_THAT(applied.err, Contains("kind: is \"Scenario\"; must be Pipeline"));
}

TEST_CASE("rollout plan of a file is the whole ladder, with the planner's word on the traffic") {
  const auto table = plan({"-e", "production", "--rps", "5", "--base", "0.002"});
  CHECK(table.exit == 0);
  CHECK(table.out == test::golden("plan-production.txt", table.out));
  const json::Value made =
      json_of(plan({"-e", "production", "--replicas", "10", "--rps", "0.666667", "--base", "0.002", "-o", "json"}));
  CHECK(made["replicas"].as_int() == 10);
  CHECK(made["atLeastSeconds"].as_double() == 30);
  const auto& rungs = made["rungs"].items();
  REQUIRE(rungs.size() == 9);
  CHECK(rungs[1]["what"].as_string() == "setWeight 10");
  CHECK(rungs[1]["target"].as_int() == 1);
  CHECK(rungs[1]["stable"].as_int() == 10);
  CHECK_FALSE(rungs[2]["outlooks"].items().at(0)["decides"].as_bool());
  CHECK_THAT(rungs[2]["outlooks"].items().at(0)["sentence"].as_string(),
             Contains("at 40 requests/min and a 0.2 % base a doubling needs about 23 h at 10 %"));
  const auto rolling = plan({"-e", "staging", "--replicas", "3"});
  CHECK(rolling.out == test::golden("plan-staging.txt", rolling.out));
}

TEST_CASE("rollout plan needs either numbers or a file with its environment") {
  CHECK(run_depops({"rollout", "plan"}).exit == 2);
  CHECK(plan({}).exit == 2);
  CHECK(plan({"-e", "production", "--rps", "5"}).exit == 2);
  CHECK(plan({"-e", "moon"}).exit == 5);
}

}  // namespace depops::hub::cli

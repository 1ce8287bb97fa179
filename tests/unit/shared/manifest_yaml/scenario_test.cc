#include <catch2/catch.hpp>
#include <string>

#include "shared/manifest_yaml/parse.h"

using namespace depops;
using Catch::Contains;

namespace {

std::string document(const std::string& spec) {
  return "apiVersion: depops/v1\nkind: Scenario\nmetadata: {name: one}\nspec:\n" + spec;
}

std::string wrong_in(const std::string& spec) {
  const auto parsed = manifest_yaml::parse_scenario(document(spec), "s.yaml");
  CHECK_FALSE(parsed.scenario);
  return manifest::to_string(parsed.diagnostics);
}

}  // namespace

TEST_CASE("a scenario is read with its defaults, and its events by time") {
  const auto parsed = manifest_yaml::parse_scenario(document(R"(  rps: 0.5
  replicas: 3
  stable: {version: "1.1", values: {memory: {mean: 100, spread: 2.5}}}
  target: {version: "1.2", readyAfter: 3s, neverReady: true, errorShare: 0.05, responseTime: 1s, crashAfter: 1m}
  events:
    - {at: 5m, target: {errorShare: 0.5, crash: 2, neverReady: false}}
    - {at: 1m, verb: advance_full, by: anna, reason: in a hurry}
    - {at: 2m, router: unreachable, rps: 0}
  seed: 7
  expect: {state: paused, pause: drift, within: 2m, failedRequests: 3, saying: share}
)"),
                                                    "s.yaml");
  REQUIRE(manifest::to_string(parsed.diagnostics) == "");
  const manifest::Scenario& scenario = *parsed.scenario;
  CHECK(scenario.name == "one");
  CHECK(scenario.rps == 0.5);
  CHECK(scenario.replicas == 3);
  CHECK(scenario.limit == Millis(3'600'000));
  CHECK(scenario.artifact_after == Millis(1'000));
  CHECK(scenario.stable->behaviour.ready_after == Millis(2'000));
  CHECK(scenario.stable->behaviour.values.at("memory") == manifest::Level{100, 2.5});
  CHECK(scenario.target.behaviour == manifest::Behaviour{Millis(3'000), true, 0.05, Millis(1'000), Millis(60'000), {}});
  REQUIRE(scenario.events.size() == 3);
  CHECK(scenario.events[0].verb == manifest::ScenarioVerb{rollout::Verb::advance_full, Actor("anna"), "in a hurry"});
  CHECK(scenario.events[1].router == false);
  CHECK(scenario.events[1].rps == 0);
  CHECK(scenario.events[2].target->crash == 2);
  CHECK(scenario.events[2].target->never_ready == false);
  CHECK(scenario.seed == 7);
  CHECK(scenario.expect == manifest::Expected{rollout::State::paused, "drift", Millis(120'000), 3, "share"});
}

TEST_CASE("what is wrong in a scenario is said with its place, its cause and its remedy") {
  CHECK(wrong_in("  rps: 1\n  taget: {version: \"1\"}\n") ==
        "s.yaml:5:3: spec: needs the key \"target\"\n"
        "s.yaml:6:3: spec: unknown key \"taget\"; did you mean \"target\"?\n");
  const std::string target = "  rps: 1\n  target: {version: \"1\"}\n";
  CHECK_THAT(wrong_in("  rps: -1\n  target: {version: 1.2, errorShare: 2}\n"),
             Contains("spec.rps: is -1; must be at least 0") &&
                 Contains("spec.target.version: is 1.2; must be what the version is called") &&
                 Contains("put it in quotes: \"1.2\"") && Contains("spec.target.errorShare: is 2; must be at most 1"));
  CHECK_THAT(wrong_in(target + "  limit: 8d\n"), Contains("spec.limit: is 8d"));
  CHECK_THAT(wrong_in(target + "  limit: 1m\n  events: [{at: 2m, rps: 5}]\n"),
             Contains("s.yaml:8:17: spec.events[0].at: is 2m, after the limit of 1m: it would never happen; raise "
                      "spec.limit"));
  CHECK_THAT(wrong_in(target + "  events: [{at: 2m, stable: {errorShare: 1}}]\n"),
             Contains("spec.events[0].stable: there is no stable version; write spec.stable"));
  CHECK_THAT(wrong_in(target + "  events: [{at: 2m, by: anna}]\n"),
             Contains("spec.events[0].by: belongs to a verb, and there is none; write verb"));
  CHECK_THAT(wrong_in(target + "  events: [{at: 2m}]\n"), Contains("spec.events[0]: changes nothing; write verb, rps"));
  CHECK_THAT(wrong_in(target + "  expect: {state: done}\n"), Contains("spec.expect.state"));
  CHECK_THAT(wrong_in(target + "  limit: 1m\n  expect: {state: paused, within: 2m}\n"),
             Contains("spec.expect.within: is longer than the limit of 1m"));
}

TEST_CASE("a scenario file holds one Scenario and nothing else") {
  const auto none = manifest_yaml::parse_scenario("", "s.yaml");
  CHECK(manifest::to_string(none.diagnostics) == "s.yaml: must hold one Scenario, this holds 0 documents\n");
  const auto other =
      manifest_yaml::parse_scenario("apiVersion: depops/v1\nkind: Pipeline\nmetadata: {name: a}\nspec: {}\n", "s.yaml");
  CHECK_THAT(manifest::to_string(other.diagnostics), Contains("kind"));
}

TEST_CASE("a scenario or series with a mistake of the text itself is none, though the rest of it were whole") {
  const std::string good =
      document("  rps: 1\n  replicas: 1\n  stable: {version: \"1\"}\n  target: {version: \"2\"}\n");
  REQUIRE(manifest_yaml::parse_scenario(good, "s.yaml").scenario);
  const auto twice = manifest_yaml::parse_scenario(good + "  rps: 2\n", "s.yaml");
  CHECK_FALSE(twice.scenario);
  CHECK_THAT(manifest::to_string(twice.diagnostics), Contains("key \"rps\" is there twice"));
  const std::string series =
      "test: {errors: {}}\nwindows: [{canary: {requests: 1, errors: 0}, stable: {requests: 1, errors: 0}}]\n";
  REQUIRE(manifest_yaml::parse_series(series, "s.yaml").series);
  CHECK_FALSE(manifest_yaml::parse_series(series + "interval: 1s\ninterval: 2s\n", "s.yaml").series);
}

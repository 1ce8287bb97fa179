#include <catch2/catch.hpp>

#include "shared/manifest/resolve.h"
#include "shared/manifest_yaml/parse.h"

// Steps that wait for somebody outside, from the file to the plan.
using namespace depops;
using namespace depops::manifest;

namespace {

Environment environment_of(const std::string& steps) {
  const Parsed parsed = manifest_yaml::parse(
      "apiVersion: depops/v1\nkind: Pipeline\nmetadata: {name: checkout}\nspec:\n"
      "  workload: {process: {command: [run], readiness: {tcp: {}}}}\n"
      "  environments:\n    - name: prod\n      strategy: {canary: {steps: [{setWeight: 10}, " +
          steps + "]}}\n",
      "f.yaml");
  REQUIRE(to_string(parsed.diagnostics) == "");
  return std::get<Pipeline>(parsed.documents[0].content).environments[0];
}

Result<rollout::Strategy> strategy_of(const std::string& steps) {
  return to_strategy(environment_of(steps), [](const TemplateName&) { return nullptr; }, {});
}

template <typename Step>
Step second(const std::string& steps) {
  const auto strategy = strategy_of(steps);
  REQUIRE(strategy);
  return std::get<Step>(std::get<rollout::Canary>(*strategy).steps.at(1));
}

}  // namespace

TEST_CASE("an approval step becomes part of the plan, with one person as the default") {
  CHECK(second<rollout::Approval>("{approval: {}}") == rollout::Approval{1, {}, {}, false});
  CHECK(second<rollout::Approval>("{approval: {count: 2, timeout: 24h, onTimeout: continue, exclude: [requester]}}") ==
        rollout::Approval{2, Millis(86'400'000), rollout::Approval::OnTimeout::go_on, true});
}

TEST_CASE("an approval by groups or without the author comes later, and is not left out silently") {
  const auto groups = strategy_of("{approval: {groups: [cab]}}");
  REQUIRE_FALSE(groups);
  CHECK(groups.error().what ==
        "spec.environments[0].strategy.canary.steps[1].approval.groups (line 8) comes with a later version and can not "
        "be left out silently; remove it from the file to go on without it");
  const auto author = strategy_of("{approval: {exclude: [author]}}");
  REQUIRE_FALSE(author);
  CHECK_THAT(author.error().what, Catch::Contains("steps[1].approval.exclude (line 8)"));
}

TEST_CASE("a hook step becomes part of the plan with its undo, run once unless the file says otherwise") {
  const auto hook = second<rollout::Hook>(
      "{hook: {name: migrate, command: [/opt/db/migrate, up], timeout: 5m, idempotent: true, retries: 2, "
      "undo: {http: {method: PUT, url: 'http://127.0.0.1:9/undo', headers: {X-Team: payments}}}}}");
  CHECK(hook.name == "migrate");
  CHECK(hook.call == rollout::HookCall(rollout::HookCommand{{"/opt/db/migrate", "up"}}));
  CHECK(hook.timeout == Millis(300'000));
  CHECK(hook.idempotent);
  CHECK(hook.retries == 2);
  CHECK(hook.undo ==
        rollout::HookCall(rollout::HookRequest{"PUT", "http://127.0.0.1:9/undo", {{"X-Team", "payments"}}}));
  const auto plain = second<rollout::Hook>("{hook: {name: tell, http: {url: 'http://127.0.0.1:9/'}}}");
  CHECK(plain.timeout == Millis(60'000));
  CHECK_FALSE(plain.idempotent);
  CHECK(plain.retries == 0);
  CHECK_FALSE(plain.undo);
  CHECK(std::get<rollout::HookRequest>(plain.call).method == "POST");
}

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "shared/manifest/resolve.h"
#include "shared/manifest_yaml/parse.h"
#include "tests/support/paths.h"

// From the words of a strategy to the ladder that the machine climbs.
namespace depops::manifest {
namespace {

std::string routes_file() {
  std::ifstream stream(test::source_dir() + "/tests/unit/shared/manifest_yaml/corpus/good/routes.yaml");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

Result<rollout::Strategy> strategy_of(const std::string& text, const std::string& environment) {
  const Parsed parsed = manifest_yaml::parse(text, "f.yaml");
  if (!parsed.ok()) return Error{Errc::invalid, to_string(parsed.diagnostics.front())};
  const auto find = [&](const TemplateName& name) -> const AnalysisTemplate* {
    for (const Document& document : parsed.documents) {
      const auto* found = std::get_if<AnalysisTemplate>(&document.content);
      if (found != nullptr && found->name == name) return found;
    }
    return nullptr;
  };
  const auto& pipeline = std::get<Pipeline>(parsed.documents[0].content);
  return to_strategy(*pipeline.find(EnvironmentName(environment)), find, {});
}

rollout::Canary ladder_of(const std::string& environment, const std::string& text = routes_file()) {
  const auto strategy = strategy_of(text, environment);
  REQUIRE(strategy.ok());
  return std::get<rollout::Canary>(*strategy);
}

std::string changed(const std::string& from, const std::string& to) {
  std::string text = routes_file();
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text, const std::string& environment) {
  const auto strategy = strategy_of(text, environment);
  return strategy.ok() ? "" : strategy.error().what;
}

}  // namespace

TEST_CASE("setHeader becomes a route by header or cookie, or its end") {
  const rollout::Canary canary = ladder_of("canary");
  using rollout::RouteKey;
  using rollout::RouteMatch;
  using rollout::SetHeader;
  REQUIRE(canary.steps.size() == 5);
  CHECK(std::get<SetHeader>(canary.steps[0]) ==
        SetHeader{"beta", RouteMatch{RouteKey::header, "X-Beta", {"yes", "on"}}});
  CHECK(std::get<SetHeader>(canary.steps[1]) == SetHeader{"crew", RouteMatch{RouteKey::cookie, "crew", {"1"}}});
  CHECK(std::get<SetHeader>(canary.steps[3]) == SetHeader{"beta", std::nullopt});
  CHECK(canary.ladder == rollout::Ladder::canary);
}

TEST_CASE("blue-green becomes a ladder: all instances, the preview, all requests, what comes after") {
  const rollout::Canary blue = ladder_of("blue");
  CHECK(blue.ladder == rollout::Ladder::blue_green);
  CHECK(blue.background.has_value());
  REQUIRE(blue.steps.size() == 6);
  CHECK(std::get<rollout::SetScale>(blue.steps[0]) == rollout::SetScale{{100, true}});
  CHECK(std::holds_alternative<rollout::SetHeader>(blue.steps[1]));
  CHECK(std::get<rollout::SetWeight>(blue.steps[4]) == rollout::SetWeight{100});
  CHECK(std::holds_alternative<rollout::Analysis>(blue.steps[5]));

  const rollout::Canary small = ladder_of("small-preview");
  CHECK(std::get<rollout::SetScale>(small.steps[0]) == rollout::SetScale{{1, false}});
  CHECK(small.steps.size() == 3);

  const rollout::Canary plain = ladder_of("plain");
  REQUIRE(plain.steps.size() == 1);
  CHECK(std::get<rollout::SetWeight>(plain.steps[0]) == rollout::SetWeight{100});
}

TEST_CASE("batches become steps in which stable gives up what the new version gets") {
  const std::string text = R"(apiVersion: depops/v1
kind: Pipeline
metadata: {name: checkout}
spec:
  workload: {process: {command: [run], readiness: {tcp: {}}, replicas: 8}}
  environments:
    - name: production
      strategy: {canary: {steps: [{batch: 2}, {pause: {}}, {batch: 50%}]}}
)";
  const rollout::Canary canary = ladder_of("production", text);
  CHECK(canary.dynamic_stable_scale);
  REQUIRE(canary.steps.size() == 3);
  CHECK(std::get<rollout::Batch>(canary.steps[0]) == rollout::Batch{{2, false}});
  CHECK(std::get<rollout::Batch>(canary.steps[2]) == rollout::Batch{{50, true}});
}

TEST_CASE("an analysis that could see no request is refused before the rollout starts, with its step and metric") {
  const std::string unseen =
      refusal(changed("{setHeader: {name: beta, header: X-Beta, values: [\"yes\"]}}, ", ""), "blue");
  CHECK_THAT(unseen, Catch::Contains("step 2, metric share") && Catch::Contains("put setWeight or setHeader before"));
  const std::string alone = refusal(
      changed("afterSwitch: [{analysis: {template: share", "afterSwitch: [{analysis: {template: compare"), "blue");
  CHECK_THAT(alone, Catch::Contains("step 6, metric errors") && Catch::Contains("nothing to compare with"));
}

}  // namespace depops::manifest

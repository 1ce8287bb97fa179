#include "shared/manifest_yaml/parse.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "shared/manifest/resolve.h"
#include "tests/support/paths.h"

using namespace depops;
using namespace depops::manifest;

namespace {

const char* const kAnalysisHead =
    "apiVersion: depops/v1\nkind: AnalysisTemplate\nmetadata: {name: t}\nspec:\n  metrics:\n";

std::string file(const std::string& path) {
  std::ifstream stream(test::source_dir() + path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string demo() { return file("/deploy/demo/pipeline.yaml"); }
std::string corpus(const std::string& path) { return file("/tests/unit/shared/manifest_yaml/corpus/" + path); }

std::string first_error(const std::string& text) {
  const Parsed parsed = manifest_yaml::parse(text, "f.yaml");
  return parsed.ok() ? "" : to_string(parsed.diagnostics.front());
}

}  // namespace

TEST_CASE("the demo pipeline becomes values") {
  const Parsed parsed = manifest_yaml::parse(demo(), "pipeline.yaml");
  REQUIRE(parsed.ok());
  REQUIRE(parsed.documents.size() == 2);
  const auto& pipeline = std::get<Pipeline>(parsed.documents[0].content);
  CHECK(pipeline.service == ServiceName("checkout"));
  REQUIRE(pipeline.process);
  CHECK(pipeline.process->command == std::vector<std::string>{"bin/checkout"});
  CHECK(pipeline.process->limits.memory_bytes == 268'435'456U);
  CHECK(pipeline.process->readiness.interval == Millis(200));
  REQUIRE(pipeline.environments.size() == 2);
  CHECK(std::get<rollout::Rolling>(pipeline.environments[0].strategy).max_surge == rollout::CountOrPercent{1, false});
  const Environment* production = pipeline.find(EnvironmentName("production"));
  REQUIRE(production != nullptr);
  CHECK(production->promote_from == EnvironmentName("staging"));
  CHECK(production->step_timeout == Millis(60'000));
  CHECK(std::get<Canary>(production->strategy).steps.front() == Step(rollout::SetWeight{10}));
  CHECK(pipeline.find(EnvironmentName("nowhere")) == nullptr);
}

TEST_CASE("the demo pipeline resolves to a strategy with its analysis filled in") {
  const Parsed parsed = manifest_yaml::parse(demo(), "pipeline.yaml");
  REQUIRE(parsed.ok());
  const auto& pipeline = std::get<Pipeline>(parsed.documents[0].content);
  const auto& analysis = std::get<AnalysisTemplate>(parsed.documents[1].content);
  const Environment& production = pipeline.environments[1];
  const auto strategy = to_strategy(production, [&](const TemplateName&) { return &analysis; }, {});
  REQUIRE(strategy);
  const auto& step = std::get<rollout::Analysis>(std::get<rollout::Canary>(strategy.value()).steps.at(1));
  CHECK(step.spec.name == TemplateName("checkout-errors"));
  CHECK(step.spec.metrics.at(0).interval == Millis(2'000));
  CHECK(std::get<analysis::ErrorsTest>(step.spec.metrics.at(0).test).alpha == 0.05);
  const auto missing = to_strategy(production, [](const TemplateName&) { return nullptr; }, {});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::not_found);
}

TEST_CASE("every word of the schema is one that is checked") {
  const Parsed parsed = manifest_yaml::parse("a: 1", "x");
  CHECK_FALSE(parsed.ok());
  CHECK(manifest_yaml::unknown_schema_words().empty());
}

TEST_CASE("a pipeline that asks for what comes later is valid and refused when resolved") {
  std::string text = demo();
  const std::string before = "      promote: {from: staging}\n";
  text.replace(text.find(before), before.size(), before + "      approvals: [{groups: [cab]}]\n");
  const Parsed parsed = manifest_yaml::parse(text, "pipeline.yaml");
  REQUIRE(parsed.ok());
  const auto& pipeline = std::get<Pipeline>(parsed.documents[0].content);
  CHECK(check_supported(pipeline, pipeline.environments[0]).ok());
  const auto refused = check_supported(pipeline, pipeline.environments[1]);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::refused);
  CHECK_THAT(refused.error().what,
             Catch::StartsWith("spec.environments[1].approvals (line 23) comes with a later version"));
}

TEST_CASE("arguments are put into a template's texts") {
  const Parsed parsed = manifest_yaml::parse(
      "apiVersion: depops/v1\nkind: AnalysisTemplate\nmetadata: {name: t}\nspec:\n  args: [max]\n  metrics:\n"
      "    - {name: m, provider: {scrape: {value: 'lag{service=\"{{service}}\"}'}}, failWhen: 'result > {{max}}'}\n",
      "t.yaml");
  REQUIRE(to_string(parsed.diagnostics) == "");
  const auto& from = std::get<AnalysisTemplate>(parsed.documents[0].content);
  const auto spec = to_spec(from, {{"max", "3"}, {"service", "checkout"}});
  REQUIRE(spec);
  CHECK(std::get<analysis::ScrapeProvider>(spec->metrics[0].provider).value == "lag{service=\"checkout\"}");
  CHECK(std::get<analysis::Conditions>(spec->metrics[0].test).fail_when == "result > 3");
  CHECK(to_spec(from, {{"service", "checkout"}}).error().what ==
        "AnalysisTemplate t: needs the argument \"max\"; give it under args at the step");
  CHECK_FALSE(to_spec(from, {{"max", "3"}}).ok());
}

TEST_CASE("a metric whose source counts no requests waits for none") {
  const Parsed parsed = manifest_yaml::parse(corpus("good/analysis-sources.yaml"), "t.yaml");
  const auto& metrics = std::get<AnalysisTemplate>(parsed.documents.at(0).content).metrics;
  CHECK(metrics.at(0).spec.limits.min_requests == 100);  // prometheus, requests
  CHECK(metrics.at(1).spec.limits.min_requests == 0);    // prometheus, query
  CHECK(metrics.at(5).spec.limits.min_requests == 0);    // command
}

TEST_CASE("arguments are put into queries, and what the agent gives for each version stays") {
  const Parsed parsed = manifest_yaml::parse(corpus("good/analysis-sources.yaml"), "t.yaml");
  REQUIRE(to_string(parsed.diagnostics) == "");
  const auto& from = std::get<AnalysisTemplate>(parsed.documents[0].content);
  const auto spec = to_spec(from, {{"job", "shop"}, {"service", "checkout"}});
  INFO((spec ? "" : spec.error().what));
  REQUIRE(spec);
  CHECK(spec->metrics.at(0).provider ==
        analysis::Provider(analysis::PrometheusProvider{"http://prometheus:9090", "",
                                                        "requests_total{job=\"shop\",set=\"{{set}}\"}",
                                                        "errors_total{job=\"shop\",set=\"{{set}}\"}", Millis(30'000)}));
  CHECK(spec->metrics.at(1).provider ==
        analysis::Provider(analysis::PrometheusProvider{"", "lag{version=\"{{version}}\"}", "", "", Millis(120'000)}));
  CHECK(spec->metrics.at(3).provider ==
        analysis::Provider(analysis::HttpProvider{"http://127.0.0.1:8080/shop", "/{{set}}/p99", "", ""}));
  CHECK(spec->metrics.at(4).provider ==
        analysis::Provider(analysis::HttpProvider{"http://127.0.0.1:8080/{{set}}", "", "/requests", "/errors"}));
  CHECK(spec->metrics.at(5).provider ==
        analysis::Provider(analysis::CommandProvider{
            "/usr/local/bin/check", {"--service", "checkout", "--set", "{{set}}"}, Millis(2'000), false}));
  CHECK(std::get<analysis::CommandProvider>(spec->metrics.at(6).provider).number);
  CHECK(spec->metrics.at(8).provider == analysis::Provider(analysis::WorkloadProvider{analysis::WorkloadCount::flaps}));
  CHECK(to_spec(from, {{"job", "x@y"}, {"service", "checkout"}}).error().what ==
        "AnalysisTemplate every-source, metric p99: url: a URL with credentials must not stand in this file; for "
        "Prometheus put it into the site's settings");
  CHECK(spec->metrics.at(9).provider == analysis::Provider(analysis::LogsProvider{{"ERROR", "panic: shop"}}));
}

TEST_CASE("every test of an analysis is read with all its settings, and what comes later is refused when resolved") {
  const Parsed parsed = manifest_yaml::parse(corpus("good/analysis-tests.yaml"), "t.yaml");
  REQUIRE(to_string(parsed.diagnostics) == "");
  auto from = std::get<AnalysisTemplate>(parsed.documents[0].content);
  const auto spec = to_spec(from, {{"service", "checkout"}});
  REQUIRE(spec);
  const auto& errors = std::get<analysis::ErrorsTest>(spec->metrics[0].test);
  CHECK(errors == analysis::ErrorsTest{0.01, 1.2, 0, 12, 5, {3, true, Millis(300'000)}});
  CHECK(spec->metrics[0].limits.failure_limit == analysis::kNoLimit);
  CHECK(spec->metrics[0].limits.count == 40);
  CHECK(spec->metrics[0].limits.consecutive_success_limit == 10);
  CHECK(spec->metrics[0].limits.min_success == 5);
  CHECK(std::get<analysis::ErrorsTest>(spec->metrics[1].test).dispersion == 2.5);
  CHECK(std::get<analysis::GaugeTest>(spec->metrics[2].test).tolerated_ratio == 1.1);
  const auto& once = std::get<analysis::MannWhitneyTest>(spec->metrics[3].test);
  CHECK(once.samples == 40);
  CHECK(once.settings.direction == analysis::Direction::decrease);
  CHECK(once.settings.allowed == analysis::Thresholds{0.3, 0.5});
  CHECK(std::get<analysis::BurnTest>(spec->metrics[4].test).settings.long_window == Millis(600'000));
  CHECK(std::get<analysis::LatencyTest>(spec->metrics[5].test) == analysis::LatencyTest{0.02, 1.1, 2, 4, 6});
  CHECK(std::get<analysis::ScrapeProvider>(spec->metrics[5].provider).histogram ==
        "http_request_duration_seconds{service=\"checkout\"}");
  CHECK(spec->metrics[5].limits.no_data == analysis::NoDataPolicy::fail);
  CHECK(spec->metrics[5].limits.min_requests == 100);
  CHECK(spec->metrics[5].retention == 12);
  CHECK(std::get<analysis::PrometheusProvider>(spec->metrics[6].provider).histogram ==
        "sum by (le, instance) (took_seconds_bucket{set=\"{{set}}\"})");
  CHECK(spec->metrics[6].limits.no_data == analysis::NoDataPolicy::pass);

  const Parsed later = manifest_yaml::parse(
      "apiVersion: depops/v1\nkind: AnalysisTemplate\nmetadata: {name: t}\nspec:\n  metrics:\n"
      "    - {name: m, provider: {haproxy: {}}, test: {errors: {}}, baseline: previous}\n",
      "t.yaml");
  REQUIRE(later.ok());
  CHECK_THAT(to_spec(std::get<AnalysisTemplate>(later.documents[0].content), {}).error().what,
             Catch::StartsWith("AnalysisTemplate t: spec.metrics[0].baseline (line 6) comes with a later version"));
}

TEST_CASE("caps hold: size, depth, values, aliases") {
  CHECK(first_error(std::string(manifest_yaml::kTextMax + 1, '#')) == "f.yaml: is larger than 1 MiB; split the file");
  std::string deep;
  for (std::size_t i = 0; i < 200; ++i) deep += std::string(i, ' ') + "a:\n";
  CHECK_THAT(first_error(deep), Catch::Contains("64 levels deep"));
  CHECK_FALSE(first_error(std::string(100'000, '[')).empty());
  CHECK_THAT(first_error("a: &x [1]\nb: *x\n"), Catch::Contains("f.yaml:1:4: anchors (&name) are not allowed"));
  std::string many = "a: [";
  for (int i = 0; i < 150'000; ++i) many += "1,";
  CHECK_THAT(first_error(many + "1]"), Catch::Contains("more than 100000 values"));
}

TEST_CASE("what belongs to nothing before it is refused where it stands, and not read a hundred thousand times") {
  for (const std::string stray : {",", ", a", ",, {}]", ", with: {a: b}"}) {
    INFO(stray);
    const std::string where = "f.yaml:2:1: what stands here belongs to nothing before it";
    CHECK_THAT(first_error("a: {}\n" + stray + "\n"), Catch::Contains("2:1"));
    const Parsed parsed = manifest_yaml::parse("# first\n" + stray + "\n", "f.yaml");
    REQUIRE_FALSE(parsed.diagnostics.empty());
    CHECK_THAT(to_string(parsed.diagnostics.back()), Catch::Contains(where));
    CHECK(parsed.diagnostics.size() <= 2);
  }
  CHECK(manifest_yaml::parse("---\n---\n---\n", "f.yaml").diagnostics.size() <= 3);
}

TEST_CASE("a file of nothing but keys is read in the time it takes to read it, and is told a hundred times at most") {
  std::string keys = "{";
  for (int i = 0; i < 49'000; ++i) keys += "k" + std::to_string(i) + ",";
  CHECK_THAT(to_string(manifest_yaml::parse(keys + "k7}", "f.yaml").diagnostics),
             Catch::Contains("key \"k7\" is there twice; first in line 1"));
  std::string same = "{";
  for (int i = 0; i < 49'000; ++i) same += "k,";
  const Parsed parsed = manifest_yaml::parse(same + "}", "f.yaml");
  CHECK(parsed.diagnostics.size() >= 100);
  CHECK(parsed.diagnostics.size() <= 200);
}

TEST_CASE("a zero byte that YAML can write is refused, for a site could not read the plan with it") {
  CHECK(first_error("a:\n  b: \"x\\0y\"\n") ==
        "f.yaml:2:6: holds a zero byte (\\0), which no process can be given; leave it out");
  CHECK_THAT(first_error("\"a\\0b\": 1\n"), Catch::Contains("f.yaml:1:1: holds a zero byte"));
}

TEST_CASE("a number that no variable can hold is refused and not taken for 0") {
  const std::string metric = "    - {name: m, provider: {haproxy: {}}, test: {errors: {}}, minRequests: ";
  CHECK_THAT(first_error(kAnalysisHead + metric + std::string(400, '9') + "}\n"),
             Catch::Contains("must be an integer"));
  const std::string margin =
      "    - {name: m, provider: {haproxy: {}}, test: {mannWhitney: {allowedIncrease: 1e999}}}\n";
  CHECK_THAT(first_error(kAnalysisHead + margin), Catch::Contains("is 1e999, which is beyond every number"));
}

TEST_CASE("what is no text is refused at its place") {
  CHECK(first_error("a: 1\nb: \xff") == "f.yaml:2:4: is not UTF-8 text; save it as UTF-8 without control characters");
  CHECK_THAT(first_error(std::string("a: \0", 4)), Catch::Contains("f.yaml:1:4"));
  CHECK_THAT(first_error(""), Catch::Contains("holds no document"));
}

TEST_CASE("booleans and numbers on which readers differ are not guessed") {
  const std::string metric = "    - {name: m, provider: {haproxy: {}}, test: {errors: {}}, ";
  CHECK_THAT(first_error(kAnalysisHead + metric + "dryRun: yes}\n"),
             Catch::Contains("spec.metrics[0].dryRun: is \"yes\"; must be true or false"));
  CHECK_THAT(first_error(kAnalysisHead + metric + "minRequests: 012}\n"), Catch::Contains("must be an integer"));
  CHECK(first_error(kAnalysisHead + metric + "dryRun: true, minRequests: 12}\n") == "");
}

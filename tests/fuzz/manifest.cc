#include <algorithm>

#include "hub/release/resolve.h"
#include "shared/manifest_yaml/parse.h"
#include "shared/manifest_yaml/scalar.h"
#include "shared/wire/documents.h"
#include "shared/wire/limits.h"
#include "tests/fuzz/target.h"

// Files that people write and send to the hub: pipelines and all other kinds, recorded series, scenarios; and the plans
// that the hub makes of pipelines.
namespace depops::fuzz {
namespace {

// Each mistake has a place in the text and words that a terminal can show.
void judge_diagnostics(const std::vector<manifest::Diagnostic>& diagnostics, std::string_view text) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  for (const manifest::Diagnostic& one : diagnostics) {
    DEPOPS_CHECK(!one.message.empty());
    DEPOPS_CHECK(one.place.line <= lines + 1);
    const std::string shown = manifest::to_string(one);
    if (manifest_yaml::first_bad_byte(shown)) std::fprintf(stderr, "not to be shown: %s\n", shown.c_str());
    DEPOPS_CHECK(!manifest_yaml::first_bad_byte(shown));
  }
}

const manifest::AnalysisTemplate* template_in(const manifest::Parsed& parsed, const TemplateName& name) {
  for (const manifest::Document& document : parsed.documents) {
    const auto* found = std::get_if<manifest::AnalysisTemplate>(&document.content);
    if (found != nullptr && found->name == name) return found;
  }
  return nullptr;
}

// Whatever the hub makes of a pipeline, a site takes: a deployment that no site can read would never end.
void judge_plans(const manifest::Parsed& parsed, const manifest::Pipeline& pipeline) {
  static const hub::Site first{SiteName("fra-1"), {}, {{"region", "eu"}, {"ring", "0"}}, "", SiteEpoch(1), {}};
  static const hub::Site second{SiteName("sin-1"), {}, {{"region", "asia"}}, "", SiteEpoch(1), {}};
  const hub::Version version{
      pipeline.service, VersionLabel("1.2"), signing::digest_of("artifact"), 7, {}, {}, {}, {}, {}};
  const hub::release::Sources sources{
      &pipeline, [&](const TemplateName& name) { return template_in(parsed, name); }, {&first, &second}, &version};
  for (const manifest::Environment& environment : pipeline.environments) {
    const hub::release::Order order{ReleaseId("rel-1"), environment.name, {}, Actor("eve")};
    const auto plan = hub::release::resolve(sources, order, signing::digest_of);
    if (!plan.ok()) continue;
    const std::string bytes = wire::encode_plan(plan.value());
    if (bytes.size() <= wire::kPlanMax) comes_back(plan.value(), wire::encode_plan, wire::decode_plan);
  }
}

bool judge_documents(std::string_view text) {
  const manifest::Parsed parsed = manifest_yaml::parse(text, "file.yaml");
  judge_diagnostics(parsed.diagnostics, text);
  for (const manifest::Document& document : parsed.documents) {
    if (!parsed.ok()) break;
    DEPOPS_CHECK(!manifest::name_in(document.content).empty());
    if (const auto* pipeline = std::get_if<manifest::Pipeline>(&document.content)) judge_plans(parsed, *pipeline);
  }
  return parsed.ok();
}

bool judge_series(std::string_view text) {
  const auto parsed = manifest_yaml::parse_series(text, "series.yaml");
  judge_diagnostics(parsed.diagnostics, text);
  DEPOPS_CHECK(parsed.series.has_value() == parsed.diagnostics.empty());
  return parsed.series.has_value();
}

bool judge_scenario(std::string_view text) {
  const auto parsed = manifest_yaml::parse_scenario(text, "scenario.yaml");
  judge_diagnostics(parsed.diagnostics, text);
  DEPOPS_CHECK(parsed.scenario.has_value() == parsed.diagnostics.empty());
  return parsed.scenario.has_value();
}

}  // namespace

bool judge(std::string_view bytes) {
  const bool documents = judge_documents(bytes);
  const bool series = bytes.find("windows:") != bytes.npos && judge_series(bytes);
  const bool scenario = bytes.find("Scenario") != bytes.npos && judge_scenario(bytes);
  return documents || series || scenario;
}

std::vector<Seed> seeds() {
  std::vector<Seed> all = files("tests/unit/shared/manifest_yaml/corpus/good", "", ".yaml");
  for (Seed& one : files("tests/unit/shared/manifest_yaml/corpus/bad", "", ".yaml", false)) {
    one.name = "bad_" + one.name;
    all.push_back(std::move(one));
  }
  for (Seed& one : files("tests/scenarios", "", ".yaml")) all.push_back(std::move(one));
  for (Seed& one : files("deploy/demo", "pipeline", ".yaml")) all.push_back(std::move(one));
  all.push_back({"series",
                 "test: {errors: {}}\ninterval: 10s\nwindows:\n"
                 "  - {canary: {requests: 100, errors: 4}, stable: {requests: 900, errors: 4}}\n"});
  return all;
}

}  // namespace depops::fuzz

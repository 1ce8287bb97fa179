#include "hub/rehearsal/script.h"

#include "hub/release/resolve.h"
#include "shared/manifest/resolve.h"

// From files to what is tried out, the way the hub makes a plan of a release.
namespace depops::hub::rehearsal {
namespace {

constexpr const char* kTargetArtifact = "sha256:2222222222222222222222222222222222222222222222222222222222222222";
constexpr const char* kStableArtifact = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

Result<const manifest::Pipeline*> pipeline_of(const std::vector<manifest::Document>& documents,
                                              const ServiceName& service) {
  const manifest::Pipeline* found = nullptr;
  std::size_t count = 0;
  for (const manifest::Document& document : documents) {
    const auto* pipeline = std::get_if<manifest::Pipeline>(&document.content);
    if (pipeline == nullptr || (!service.empty() && pipeline->service != service)) continue;
    found = pipeline;
    ++count;
  }
  if (count == 1) return found;
  if (count > 1) return Error{Errc::invalid, "the files hold several pipelines; name one with spec.service"};
  return Error{Errc::not_found, service.empty() ? "the files hold no Pipeline; give one with -f"
                                                : "the files hold no Pipeline of " + service.str() +
                                                      "; give it with -f, or change spec.service"};
}

manifest::FindTemplate templates_in(const std::vector<manifest::Document>& documents) {
  return [&documents](const TemplateName& name) -> const manifest::AnalysisTemplate* {
    for (const manifest::Document& document : documents) {
      const auto* found = std::get_if<manifest::AnalysisTemplate>(&document.content);
      if (found != nullptr && found->name == name) return found;
    }
    return nullptr;
  };
}

// A site that the environment's first wave takes, whatever it selects by.
manifest::Pipeline for_one_site(const manifest::Pipeline& pipeline) {
  manifest::Pipeline made = pipeline;
  for (manifest::Environment& environment : made.environments) {
    if (!environment.waves.empty()) environment.waves.front().sites = {true, {}, {}, {}};
  }
  return made;
}

}  // namespace

Result<Script> script_of(const std::vector<manifest::Document>& documents, const EnvironmentName& environment,
                         const manifest::Scenario& scenario, const DigestOf& digest_of) {
  DEPOPS_TRY(const manifest::Pipeline* found, pipeline_of(documents, scenario.service));
  manifest::Pipeline pipeline = for_one_site(*found);
  for (manifest::Environment& one : pipeline.environments) {
    if (scenario.replicas) one.replicas = scenario.replicas;
  }
  const Site site{SiteName("site"), environment, {}, "", SiteEpoch(1), {}};
  const auto plan_of = [&](const VersionLabel& label, const char* artifact) -> Result<rollout::Plan> {
    Version version;
    version.service = pipeline.service;
    version.label = label;
    version.artifact = Digest(artifact);
    return release::resolve({&pipeline, templates_in(documents), {&site}, &version},
                            {ReleaseId("rehearsal"), environment, {}}, digest_of);
  };
  Script script{scenario, nullptr, nullptr};
  DEPOPS_TRY(rollout::Plan plan, plan_of(scenario.target.label, kTargetArtifact));
  script.plan = std::make_shared<const rollout::Plan>(std::move(plan));
  if (!scenario.stable) return script;
  const bool same = scenario.stable->label == scenario.target.label;
  DEPOPS_TRY(rollout::Plan before, plan_of(scenario.stable->label, same ? kTargetArtifact : kStableArtifact));
  script.stable = std::make_shared<const rollout::VersionSnapshot>(std::move(before.target));
  return script;
}

}  // namespace depops::hub::rehearsal

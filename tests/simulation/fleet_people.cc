#include <utility>

#include "hub/app/world.h"
#include "shared/manifest/analysis_template.h"
#include "shared/manifest/pipeline.h"
#include "tests/simulation/fleet.h"

// What people ask of the hub.
namespace depops::simulation {

using namespace std::chrono_literals;

namespace {

const ServiceName kService("checkout");
const EnvironmentName kStaging("staging");
const EnvironmentName kProduction("production");
constexpr std::uint32_t kVersions = 4;
constexpr std::uint32_t kTurnsToBringUp = 200;

VersionLabel label(std::uint32_t number) { return VersionLabel("1." + std::to_string(number)); }

manifest::Wave wave(const char* name, const char* site, Millis bake) {
  manifest::SiteSelector selector;
  selector.names = {site};
  return {WaveName(name), selector, {1, false}, bake};
}

manifest::Canary canary(Rng& rng) {
  manifest::Canary made;
  made.steps.emplace_back(rollout::SetWeight{rng.between(1, 50)});
  if (rng.chance(500)) made.steps.emplace_back(manifest::AnalysisStep{TemplateName("errors"), 3'000ms, {}});
  if (rng.chance(500)) made.steps.emplace_back(rollout::Pause{Millis(rng.between(500, 3'000))});
  if (rng.chance(100)) made.steps.emplace_back(rollout::Pause{});
  if (rng.chance(200)) {
    const rollout::HookCommand back{{"/opt/migrate", "back"}};
    made.steps.emplace_back(
        rollout::Hook{"migrate", rollout::HookCommand{{"/opt/migrate"}}, 60s, rng.chance(500), 1, back});
  }
  if (rng.chance(200)) made.steps.emplace_back(rollout::Approval{rng.between(1, 2), {}, {}, rng.chance(300)});
  return made;
}

std::shared_ptr<manifest::Pipeline> pipeline(Rng& rng) {
  auto made = std::make_shared<manifest::Pipeline>();
  made->service = kService;
  made->process = rollout::ProcessWorkload{};
  made->process->command = {"./checkout"};
  manifest::Environment staging;
  staging.name = kStaging;
  staging.strategy = rollout::Rolling{};
  staging.replicas = rng.between(1, 3);
  staging.step_timeout = 20s;
  staging.waves = {wave("all", "stg-1", Millis(0))};
  manifest::Environment production = staging;
  production.name = kProduction;
  production.promote_from = kStaging;
  if (rng.chance(700)) production.strategy = canary(rng);
  if (rng.chance(300)) production.bake = Millis(rng.between(500, 3'000));
  if (rng.chance(300)) production.on_failure = rng.chance(500) ? rollout::OnFailure::hold : rollout::OnFailure::ask;
  production.answer_within = Millis(rng.between(2'000, 8'000));
  production.rollback_scope = static_cast<rollout::RollbackScope>(rng.below(3));
  production.waves = {wave("one", "fra-1", Millis(rng.below(3'000))), wave("two", "sin-1", Millis(0))};
  made->environments = {staging, production};
  return made;
}

std::shared_ptr<manifest::AnalysisTemplate> errors() {
  auto made = std::make_shared<manifest::AnalysisTemplate>();
  made->name = TemplateName("errors");
  analysis::MetricSpec metric;
  metric.name = MetricName("errors");
  metric.test = analysis::ErrorsTest{};
  metric.interval = 1'000ms;
  metric.limits.min_requests = 20;
  made->metrics.push_back({{}, metric});
  return made;
}

}  // namespace

void Fleet::set_up() {
  const auto demand = [this](hub::Request request) {
    if (!ask(std::move(request))) throw Violation("the fleet can not be set up");
  };
  demand(hub::CreateEnvironment{kStaging, hub::Tier::staging});
  demand(hub::CreateEnvironment{kProduction, hub::Tier::production});
  demand(hub::CreateSite{SiteName("stg-1"), kStaging, {}, ""});
  demand(hub::CreateSite{SiteName("fra-1"), kProduction, {}, ""});
  demand(hub::CreateSite{SiteName("sin-1"), kProduction, {}, ""});
  const auto made = pipeline(rng_);
  catalog_.pipelines[kService] = made;
  catalog_.templates[TemplateName("errors")] = errors();
  const hub::ApplyTemplate analysis{"template", catalog_.templates.begin()->second};
  demand(hub::ApplyDocuments{{analysis, hub::ApplyPipeline{"pipeline", made}}});
  for (std::uint32_t i = 1; i <= kVersions; ++i) {
    const Digest artifact = codec_.digest("artifact " + std::to_string(i));
    demand(hub::ArtifactStored{artifact, 100});
    demand(hub::PublishVersion{kService, label(i), artifact, "commit" + std::to_string(i), now_.wall - 1h, {}});
  }
  demand(hub::StartDeployment{kService, label(1), kStaging, {}, "", ""});
  if (rng_.chance(700)) bring_up();
}

// The first version everywhere and the second in staging before anything goes wrong: else few schedules get as far as a
// canary in production.
void Fleet::bring_up() {
  const auto pass = [this] {
    for (std::uint32_t i = 0; i < kTurnsToBringUp && !hub_->world().under_way.empty(); ++i) turn();
  };
  be_quiet(true);
  pass();
  ask(hub::Promote{kService, kProduction, {}, "", ""});
  pass();
  ask(hub::StartDeployment{kService, label(2), kStaging, {}, "", ""});
  pass();
  be_quiet(false);
}

void Fleet::be_quiet(bool quiet) {
  quiet_ = quiet;
  for (const auto& site : sites_) site->be_quiet(quiet);
}

bool Fleet::ask(hub::Request request) {
  hub::ApiCommand command;
  command.ticket = ++tickets_;
  command.actor = Actor("admin");
  command.request_id = "req-" + std::to_string(tickets_);
  if (const auto* verb = std::get_if<hub::GiveVerb>(&request); verb && verb->verb == rollout::Verb::retry) {
    rules_.on_retry(verb->deployment);
  }
  command.request = std::move(request);
  return give(command);
}

hub::Request Fleet::any_verb() {
  const auto& known = store_.deployments();
  hub::GiveVerb verb;
  auto at = known.end();
  for (std::uint32_t back = rng_.between(1, 2); back > 0 && at != known.begin(); --back) --at;
  if (at != known.end()) verb.deployment = at->first;
  verb.verb = static_cast<rollout::Verb>(rng_.below(9));  // all but scale: that is of a service
  if (verb.verb >= rollout::Verb::scale) verb.verb = static_cast<rollout::Verb>(static_cast<int>(verb.verb) + 1);
  if (rng_.chance(400)) verb.site = SiteName(kFleetSites[rng_.below(3)]);
  if (rng_.chance(200)) verb.expected_step = rng_.below(3);
  return verb;
}

hub::Request Fleet::any_request() {
  const std::uint32_t what = rng_.below(13);
  const bool supersede = rng_.chance(250);
  if (what < 3)
    return hub::StartDeployment{kService, label(rng_.between(1, kVersions)), kStaging, {}, "", "", supersede};
  if (what < 7) return hub::Promote{kService, kProduction, {}, "", "", {}, supersede};
  if (what < 8) return hub::Rollback{kService, rng_.chance(500) ? kStaging : kProduction, {}, "people"};
  if (what > 11) return any_size();
  return any_verb();
}

hub::Request Fleet::any_size() {
  hub::Scale scale{kService, rng_.chance(400) ? kStaging : kProduction, {}, {}, "people"};
  if (rng_.chance(300)) scale.site = SiteName(kFleetSites[rng_.below(3)]);
  if (rng_.chance(800)) scale.replicas = rng_.between(1, 6);
  return scale;
}

void Fleet::people() { ask(any_request()); }

// At rest somebody lets go what waits for a person.
void Fleet::unblock() {
  for (const DeploymentId& id : std::set<DeploymentId>(hub_->world().under_way)) {
    hub::GiveVerb verb;
    verb.deployment = id;
    verb.verb = rng_.chance(600) ? rollout::Verb::resume : rollout::Verb::abort;
    ask(verb);
  }
  for (const auto& site : sites_) site->unblock(true);
}

}  // namespace depops::simulation

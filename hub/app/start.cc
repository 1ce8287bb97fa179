#include "hub/app/start.h"

#include <algorithm>
#include <memory>
#include <set>

#include "hub/app/registry.h"
#include "hub/app/retention.h"
#include "hub/app/standing.h"
#include "hub/app/supersede.h"
#include "hub/app/undo.h"
#include "hub/release/resolve.h"
#include "hub/schedule/decide.h"

namespace depops::hub {
namespace {

struct Draft {
  rollout::Plan plan;
  VersionLabel previous;
  bool redeploy = false;
  bool first = false;
  bool supersede = false;
  std::string change;
  std::string note;
};

Error unknown_environment(const EnvironmentName& name) {
  return {Errc::not_found, "no environment " + name.str() + "; see: depops get environments"};
}

ReleaseId next_release(const World& world) { return ReleaseId("r-" + std::to_string(world.counters.release + 1)); }

std::vector<const Site*> sites_of(const World& world, const EnvironmentName& environment) {
  std::vector<const Site*> sites;
  for (const auto& [name, entry] : world.sites)
    if (entry.site.environment == environment) sites.push_back(&entry.site);
  return sites;
}

const SiteTarget* target_at(const World& world, const SiteName& site, const ServiceName& service) {
  const auto entry = world.sites.find(site);
  if (entry == world.sites.end()) return nullptr;
  const auto target = entry->second.targets.find(service);
  return target == entry->second.targets.end() ? nullptr : &target->second;
}

// What is live at the plan's sites now, and whether the plan changes anything.
void compare_with_live(const World& world, Draft& draft) {
  draft.redeploy = true;
  draft.first = true;
  for (const rollout::Wave& wave : draft.plan.waves) {
    for (const SiteName& site : wave.sites) {
      const SiteTarget* target = target_at(world, site, draft.plan.service);
      const bool has = target != nullptr && !target->stable_plan.empty();
      if (has) draft.first = false;
      if (has && draft.previous.empty()) draft.previous = target->stable_version;
      if (!has || world.plan(target->stable_plan).target.set != draft.plan.target.set) draft.redeploy = false;
    }
  }
}

bool has_site(const rollout::Plan& plan, const SiteName& site) {
  return std::any_of(plan.waves.begin(), plan.waves.end(), [&](const rollout::Wave& wave) {
    return std::find(wave.sites.begin(), wave.sites.end(), site) != wave.sites.end();
  });
}

// A person at a site may have retried there what the hub counts as ended; the site would refuse a second rollout.
Reasons retried_at_sites(const World& world, const rollout::Plan& plan) {
  Reasons reasons;
  for (const auto& [id, row] : world.rollouts) {
    if (row.service != plan.service || rollout::is_ended(row.status.state)) continue;
    if (world.under_way.contains(row.deployment) || !has_site(plan, row.site)) continue;
    const std::string site = row.site.str();
    reasons.push_back({"one-at-a-time", "rollout " + id.str() + " was retried at " + site + " and is under way there",
                       "rollout/" + id.str(), std::nullopt,
                       "wait until it ended, or abort it at the site: depops-agent rollout abort"});
  }
  return reasons;
}

Reasons conflicts_with(const World& world, const rollout::Plan& plan, const std::vector<DeploymentId>& others) {
  std::vector<schedule::UnderWay> rows;
  for (const DeploymentId& id : others) {
    const Deployment& row = world.deployments.at(id).deployment;
    rows.push_back({&row, &world.plan(row.plan)});
  }
  return schedule::conflicts(plan, rows);
}

Reasons blocked(const World& world, const Draft& draft, const std::vector<DeploymentId>& others) {
  const rollout::Plan& plan = draft.plan;
  Reasons reasons = draft.supersede ? why_not_superseded(world, others) : conflicts_with(world, plan, others);
  if (!draft.supersede)
    for (Reason& reason : retried_at_sites(world, plan)) reasons.push_back(std::move(reason));
  for (Reason& reason : collected(world, plan)) reasons.push_back(std::move(reason));
  for (Reason& reason : why_not_at_sites(world, plan)) reasons.push_back(std::move(reason));
  return reasons;
}

Answer answer_of(const Draft& draft, const DeploymentId& id) {
  Answer answer = made("deployment/" + id.str());
  if (draft.redeploy) {
    answer.detail = draft.plan.target.label.str() + " is live at every site already";
  } else if (draft.plan.kind == rollout::ReleaseKind::rollback) {
    answer.detail = "steps skipped: rollback";
  } else if (draft.first) {
    answer.detail = "strategy skipped: first deployment";
  }
  return answer;
}

Deployment deployment_of(const Turn& turn, const Draft& draft, const Digest& plan) {
  Deployment row;
  row.number = turn.world.counters.deployment;
  row.id = DeploymentId("d-" + std::to_string(row.number));
  row.release = draft.plan.release;
  row.service = draft.plan.service;
  row.environment = draft.plan.environment;
  row.tier = turn.world.environments.at(row.environment).tier;
  row.version = draft.plan.target.label;
  row.previous = draft.previous;
  row.plan = plan;
  row.kind = draft.plan.kind;
  row.redeploy = draft.redeploy;
  row.supersede = draft.supersede;
  row.waves = static_cast<std::uint32_t>(draft.plan.waves.size());
  for (const rollout::Wave& wave : draft.plan.waves) row.sites += static_cast<std::uint32_t>(wave.sites.size());
  row.created = turn.now.wall;
  row.actor = turn.actor;
  return row;
}

Answer begin(Turn& turn, Draft draft, bool dry_run) {
  compare_with_live(turn.world, draft);
  const std::vector<DeploymentId> others = in_the_way(turn.world, draft.plan);
  if (Reasons reasons = blocked(turn.world, draft, others); !reasons.empty())
    return refused(Errc::refused, sentence_of(reasons), reasons);
  if (dry_run) {
    Answer answer = answer_of(draft, DeploymentId("d-" + std::to_string(turn.world.counters.deployment + 1)));
    answer.changed = false;
    return answer;
  }
  ++turn.world.counters.release;
  ++turn.world.counters.deployment;
  turn.save(Release{draft.plan.release, draft.plan.service, draft.plan.target.label, draft.plan.environment,
                    draft.change, draft.note, turn.now.wall, turn.actor});
  PlanDoc doc;
  doc.bytes = turn.codec.encode_plan(draft.plan);
  doc.digest = turn.codec.digest(doc.bytes);
  turn.save(doc, std::make_shared<rollout::Plan>(draft.plan));
  const Deployment row = deployment_of(turn, draft, doc.digest);
  turn.save(row);
  turn.touch(row.id);
  supersede(turn, others, row);
  return answer_of(draft, row.id);
}

Result<Draft> draft_of(const Turn& turn, const StartDeployment& request) {
  const World& world = turn.world;
  const std::string name = request.service.str() + " " + request.version.str();
  const auto pipeline = world.catalog.pipelines.find(request.service);
  if (pipeline == world.catalog.pipelines.end())
    return Error{Errc::not_found,
                 "no pipeline for service " + request.service.str() + "; apply one: depops apply -f pipeline.yaml"};
  if (!world.environments.contains(request.environment)) return unknown_environment(request.environment);
  const auto version = world.versions.find({request.service, request.version});
  if (version == world.versions.end())
    return Error{Errc::not_found,
                 name + " was never published; publish it: depops publish " + name + " --artifact FILE"};
  release::Sources sources;
  sources.pipeline = pipeline->second.get();
  sources.find_template = [&world](const TemplateName& wanted) -> const manifest::AnalysisTemplate* {
    const auto found = world.catalog.templates.find(wanted);
    return found == world.catalog.templates.end() ? nullptr : found->second.get();
  };
  sources.sites = sites_of(world, request.environment);
  sources.version = &version->second;
  const release::Order order{next_release(world), request.environment, request.only_sites, turn.actor};
  Draft draft;
  DEPOPS_TRY(draft.plan,
             release::resolve(sources, order, [&](const std::string& bytes) { return turn.codec.digest(bytes); }));
  // A plan that can not be read would make a site refuse all that it is to do, and this hub what it stored.
  if (const auto read = turn.codec.decode_plan(turn.codec.encode_plan(draft.plan)); !read.ok())
    return Error{Errc::invalid, "no site could read the plan: " + read.error().what + "; change the pipeline"};
  draft.change = request.change;
  draft.note = request.note;
  draft.supersede = request.supersede;
  return draft;
}

Reasons not_healthy_before(const World& world, const StartDeployment& request) {
  const manifest::Pipeline& pipeline = *world.catalog.pipelines.at(request.service);
  const EnvironmentName& before = pipeline.find(request.environment)->promote_from;
  if (before.empty()) return {};
  return release::unhealthy_before(request.service, request.version, before, world.standings(request.service, before));
}

// Sites of the environment where the service completed something.
std::vector<SiteName> sites_with(const World& world, const ServiceName& service, const EnvironmentName& environment) {
  std::vector<SiteName> sites;
  for (const Site* site : sites_of(world, environment)) {
    const SiteTarget* target = target_at(world, site->name, service);
    if (target != nullptr && !target->stable_plan.empty()) sites.push_back(site->name);
  }
  return sites;
}

// The rollback says which change failed.
void mark_failed(Turn& turn, const DeploymentId& id, const DeploymentId& found_by, const Rollback& request) {
  Deployment row = turn.world.deployments.at(id).deployment;
  ChangeFailure failure;
  failure.at = turn.now.wall;
  failure.reason = "rolled back by " + turn.actor.str() + (request.reason.empty() ? "" : ": " + request.reason);
  failure.found_by = found_by;
  row.failure = failure;
  turn.save(row);
}

}  // namespace

Answer start_deployment(Turn& turn, const StartDeployment& request, bool dry_run) {
  auto draft = draft_of(turn, request);
  if (!draft) return refused(draft.error());
  if (Reasons reasons = not_healthy_before(turn.world, request); !reasons.empty())
    return refused(Errc::refused, sentence_of(reasons), reasons);
  return begin(turn, std::move(draft).value(), dry_run);
}

Answer promote(Turn& turn, const Promote& request, bool dry_run) {
  StartDeployment start{request.service, request.version, request.to,       {},
                        request.change,  request.note,    request.supersede};
  const auto pipeline = turn.world.catalog.pipelines.find(request.service);
  if (pipeline == turn.world.catalog.pipelines.end())
    return refused(Errc::not_found,
                   "no pipeline for service " + request.service.str() + "; apply one: depops apply -f pipeline.yaml");
  const manifest::Environment* environment = pipeline->second->find(request.to);
  if (environment == nullptr) return refused(unknown_environment(request.to));
  if (environment->promote_from.empty())
    return refused(Errc::invalid, "nothing is before environment " + request.to.str() +
                                      " in the pipeline; use: depops deploy " + request.service.str() + " VERSION -e " +
                                      request.to.str());
  if (!request.from.empty() && request.from != environment->promote_from)
    return refused(Errc::refused, "the pipeline promotes to " + request.to.str() + " from " +
                                      environment->promote_from.str() + ", not from " + request.from.str() +
                                      "; name that environment or change the pipeline");
  if (start.version.empty()) {
    const auto before = turn.world.standings(request.service, environment->promote_from);
    const release::Standing* live = release::live(before);
    if (live == nullptr)
      return refused(Errc::not_found, request.service.str() + " has no version live in " +
                                          environment->promote_from.str() + " to promote; deploy one there first");
    start.version = live->version;
  }
  return start_deployment(turn, start, dry_run);
}

Answer roll_back(Turn& turn, const Rollback& request, bool dry_run) {
  if (!turn.world.environments.contains(request.environment)) return refused(unknown_environment(request.environment));
  if (auto undone = undo_under_way(turn, request, dry_run)) return std::move(*undone);
  const auto standings = turn.world.standings(request.service, request.environment);
  const release::Standing* live = release::live(standings);
  const release::Standing* target = release::rollback_target(standings, request.to);
  const std::string place = request.service.str() + " in " + request.environment.str();
  if (live == nullptr) return refused(Errc::not_found, "nothing was ever live of " + place);
  if (target == nullptr)
    return refused(Errc::not_found, "no healthy earlier version of " + place +
                                        (request.to.empty() ? "" : " called " + request.to.str()) +
                                        " to go back to; see: depops history " + request.service.str());
  if (target->version == live->version)
    return refused(Errc::refused, target->version.str() + " is what runs of " + place + " already");
  const DeploymentId target_id = target->deployment;
  const release::Standing* undone = release::undone_by(standings, *target);
  Draft draft;
  draft.plan = release::back_to(turn.world.plan(turn.world.deployments.at(target_id).deployment.plan),
                                next_release(turn.world), sites_with(turn.world, request.service, request.environment));
  draft.note = request.reason;
  const Answer answer = begin(turn, std::move(draft), dry_run);
  if (answer.ok && !dry_run && undone != nullptr)
    mark_failed(turn, undone->deployment, DeploymentId("d-" + std::to_string(turn.world.counters.deployment)), request);
  return answer;
}

}  // namespace depops::hub

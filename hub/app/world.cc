#include "hub/app/world.h"

#include <algorithm>

#include "shared/base/check.h"

namespace depops::hub {
namespace {

sync::InboxRecord record_of(const SiteInbox& row) {
  sync::InboxRecord record;
  record.sender = {row.site, row.site_epoch, row.incarnation, row.session};
  record.past_incarnations = row.past_incarnations;
  record.frozen = row.frozen;
  for (const SiteCursor& cursor : row.cursors)
    record.cursors.push_back({cursor.stream, cursor.contiguous, cursor.fingerprints});
  return record;
}

template <typename Row, typename Key>
void index_by(std::vector<Row>& rows, std::map<Key, Row>& to, Key Row::*key) {
  for (Row& row : rows) {
    Key name = row.*key;
    to.insert_or_assign(std::move(name), std::move(row));
  }
}

Error contradiction(const std::string& what) {
  return {Errc::corrupt, "load the hub's state: " + what + "; restore the database from a backup"};
}

void load_facts(HubState& state, World& world) {
  std::map<SiteName, sync::Facts> facts;
  for (SiteFact& row : state.facts) facts[row.site].emplace(row.fact.service, std::move(row.fact));
  for (auto& [name, entry] : world.sites)
    entry.facts.load(std::move(facts[name]), entry.status.facts_as_of, entry.inbox.contiguous(sync::Stream::events));
}

Result<void> add_sites(HubState& state, World& world) {
  for (Site& site : state.sites) {
    SiteEntry& entry = world.sites[site.name];
    entry.status.site = site.name;
    entry.desired.site = site.name;
    entry.site = std::move(site);
  }
  const auto find = [&](const SiteName& name) -> SiteEntry* {
    const auto found = world.sites.find(name);
    return found == world.sites.end() ? nullptr : &found->second;
  };
  for (SiteStatus& row : state.site_status)
    if (SiteEntry* entry = find(row.site)) entry->status = std::move(row);
  for (SiteIdentity& row : state.identities)
    if (SiteEntry* entry = find(row.site)) entry->identity = std::move(row);
  for (SiteInbox& row : state.inboxes)
    if (SiteEntry* entry = find(row.site)) entry->inbox.load(record_of(row));
  load_facts(state, world);
  for (DesiredDoc& row : state.desired)
    if (SiteEntry* entry = find(row.site)) {
      entry->desired = std::move(row);
      entry->heard = entry->desired.generation == Generation();
    }
  for (SiteTarget& row : state.targets) {
    SiteEntry* entry = find(row.site);
    if (entry == nullptr) return contradiction("a target names the unknown site " + row.site.str());
    entry->behind = entry->behind || row.epoch == Generation();
    entry->targets.insert_or_assign(row.service, std::move(row));
  }
  for (CommandRow& row : state.commands)
    if (SiteEntry* entry = find(row.site)) entry->commands.push_back(std::move(row));
  for (auto& [name, entry] : world.sites) entry.behind = entry.behind || !entry.status.recovery.empty();
  return {};
}

Result<void> add_deployments(HubState& state, Codec& codec, World& world) {
  for (PlanDoc& row : state.plans) {
    auto plan = codec.decode_plan(row.bytes);
    if (!plan) return plan.error().in("plan " + row.digest.str());
    world.plans[row.digest] = {std::move(row.bytes), std::make_shared<rollout::Plan>(std::move(plan).value())};
  }
  std::sort(state.deployments.begin(), state.deployments.end(),
            [](const Deployment& a, const Deployment& b) { return a.number < b.number; });
  for (Deployment& row : state.deployments) {
    if (!world.plans.contains(row.plan)) return contradiction("the plan of " + row.id.str() + " is missing");
    world.history[{row.service, row.environment}].push_back(row.id);
    if (!rollout::is_ended(row.state)) world.under_way.insert(row.id);
    DeploymentId id = row.id;
    world.deployments[id].deployment = std::move(row);
  }
  for (Rollout& row : state.rollouts) {
    const auto found = world.deployments.find(row.deployment);
    if (found == world.deployments.end()) continue;
    found->second.rollouts.push_back(row.id);
    RolloutId id = row.id;
    world.rollouts.insert_or_assign(std::move(id), std::move(row));
  }
  for (ApprovalRow& row : state.approvals) {
    const auto found = world.deployments.find(row.deployment);
    if (found == world.deployments.end()) continue;
    trust::Approval read = codec.read_approval(row.envelope);
    found->second.approvals.push_back({std::move(row), std::move(read)});
  }
  return {};
}

Result<void> add_trust(HubState& state, Codec& codec, World& world) {
  world.trust_roots = std::move(state.trust_roots);
  if (world.trust_roots.empty()) return {};
  auto newest = codec.read_trust_root(world.trust_roots.back().bytes);
  if (!newest) return contradiction("the newest trust root can not be read: " + newest.error().what);
  world.trust_root = std::move(newest).value();
  return {};
}

}  // namespace

SiteEntry* World::find_site(const SiteName& name) {
  const auto found = sites.find(name);
  return found == sites.end() ? nullptr : &found->second;
}

const rollout::Plan& World::plan(const Digest& digest) const {
  const auto found = plans.find(digest);
  DEPOPS_CHECK(found != plans.end());
  return *found->second.plan;
}

std::vector<const Rollout*> World::rollouts_of(const DeploymentEntry& entry) const {
  std::vector<const Rollout*> found;
  found.reserve(entry.rollouts.size());
  for (const RolloutId& id : entry.rollouts) found.push_back(&rollouts.at(id));
  return found;
}

std::vector<release::Standing> World::standings(const ServiceName& service, const EnvironmentName& environment) const {
  std::vector<release::Standing> all;
  const auto found = history.find({service, environment});
  if (found == history.end()) return all;
  for (const DeploymentId& id : found->second) {
    const Deployment& row = deployments.at(id).deployment;
    all.push_back({row.id, row.version, row.kind, row.state, row.failure.has_value()});
  }
  return all;
}

Result<World> world_of(HubState state, Catalog catalog, Codec& codec) {
  World world;
  world.hub_epoch = state.hub_epoch;
  world.counters = state.counters;
  world.catalog = std::move(catalog);
  index_by(state.environments, world.environments, &Environment::name);
  index_by(state.artifacts, world.artifacts, &Artifact::digest);
  index_by(state.pipelines, world.pipelines, &PipelineDoc::service);
  index_by(state.templates, world.templates, &TemplateDoc::name);
  index_by(state.releases, world.releases, &Release::id);
  for (Version& row : state.versions) {
    std::pair<ServiceName, VersionLabel> key{row.service, row.label};
    world.versions.insert_or_assign(std::move(key), std::move(row));
  }
  world.recoveries = std::move(state.recoveries);
  index_by(state.join_tokens, world.join_tokens, &JoinTokenRow::site);
  DEPOPS_TRY_VOID(add_sites(state, world));
  DEPOPS_TRY_VOID(add_deployments(state, codec, world));
  DEPOPS_TRY_VOID(add_trust(state, codec, world));
  std::sort(state.idempotency.begin(), state.idempotency.end(),
            [](const IdempotencyRow& a, const IdempotencyRow& b) { return a.at < b.at; });
  for (IdempotencyRow& row : state.idempotency) {
    world.idempotency_age.emplace_back(row.at, row.key);
    std::string key = row.key;
    world.idempotency.insert_or_assign(std::move(key), std::move(row));
  }
  return world;
}

}  // namespace depops::hub

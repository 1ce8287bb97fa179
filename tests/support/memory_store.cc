#include "tests/support/memory_store.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace depops::tests {
namespace {

template <typename Key, typename Row, typename KeyOf>
void put_all(std::map<Key, Row>& to, const std::vector<Row>& rows, const KeyOf& key_of) {
  for (const Row& row : rows) to.insert_or_assign(key_of(row), row);
}

template <typename Key, typename Row>
std::vector<Row> values(const std::map<Key, Row>& from) {
  std::vector<Row> rows;
  rows.reserve(from.size());
  for (const auto& [key, row] : from) rows.push_back(row);
  return rows;
}

// All that are not ended, and the newest of each service and environment.
std::vector<hub::Deployment> within_reach(const std::map<DeploymentId, hub::Deployment>& from) {
  std::vector<hub::Deployment> rows = values(from);
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.number > b.number; });
  std::map<std::pair<ServiceName, EnvironmentName>, std::size_t> kept;
  std::erase_if(rows, [&](const hub::Deployment& row) {
    const std::size_t rank = ++kept[{row.service, row.environment}];
    return rollout::is_ended(row.state) && rank > hub::kDeploymentsKept;
  });
  return rows;
}

}  // namespace

Result<hub::HubState> MemoryStore::load() {
  hub::HubState state;
  state.hub_epoch = epoch_;
  state.counters = counters_;
  state.environments = values(environments_);
  state.sites = values(sites_);
  state.site_status = values(site_status_);
  state.artifacts = values(artifacts_);
  state.versions = values(versions_);
  state.pipelines = values(pipelines_);
  state.templates = values(templates_);
  state.targets = values(targets_);
  state.desired = values(desired_);
  state.inboxes = values(inboxes_);
  state.facts = values(facts_);
  std::erase_if(state.facts, [](const hub::SiteFact& row) { return row.gone; });
  state.trust_roots = values(trust_roots_);
  state.join_tokens = values(join_tokens_);
  state.recoveries = values(recoveries_);
  state.identities = values(identities_);
  state.log_head = log_head_;
  load_deployments(state);
  for (const auto& [id, row] : commands_)
    if (!row.answered) state.commands.push_back(row);
  std::sort(state.commands.begin(), state.commands.end(), [](const auto& a, const auto& b) {
    const auto& left = a.command.id.str();
    const auto& right = b.command.id.str();
    return std::pair(left.size(), left) < std::pair(right.size(), right);
  });
  Instant newest{};
  for (const auto& [key, row] : idempotency_) newest = std::max(newest, row.at);
  for (const auto& [key, row] : idempotency_)
    if (newest - row.at <= std::chrono::hours(24)) state.idempotency.push_back(row);
  return state;
}

// With what they name: rollouts, plans, releases.
void MemoryStore::load_deployments(hub::HubState& state) const {
  state.deployments = within_reach(deployments_);
  std::set<DeploymentId> ids;
  std::set<ReleaseId> releases;
  std::set<Digest> plans;
  for (const hub::Deployment& row : state.deployments) {
    ids.insert(row.id);
    releases.insert(row.release);
    plans.insert(row.plan);
  }
  std::set<RolloutId> targeted;
  for (const hub::SiteTarget& row : state.targets) targeted.insert(row.rollout);
  for (const auto& [id, row] : rollouts_) {
    if (!ids.contains(row.deployment) && !targeted.contains(id)) continue;
    state.rollouts.push_back(row);
    plans.insert({row.plan, row.previous_plan});
  }
  for (const hub::SiteTarget& row : state.targets) plans.insert({row.plan, row.stable_plan});
  for (const auto& [digest, row] : plans_)
    if (plans.contains(digest)) state.plans.push_back(row);
  for (const auto& [id, row] : releases_)
    if (releases.contains(id)) state.releases.push_back(row);
  for (const auto& [key, row] : approvals_)
    if (ids.contains(key.first)) state.approvals.push_back(row);
  std::sort(state.approvals.begin(), state.approvals.end(), [](const auto& a, const auto& b) {
    return std::pair(a.received, a.digest) < std::pair(b.received, b.digest);
  });
}

Result<void> MemoryStore::check(const hub::Changeset& changeset) const {
  if (changeset.hub_epoch != epoch_)
    return Error{Errc::conflict, "another hub took over: the store is at hub epoch " + std::to_string(epoch_.value())};
  if (failing_ > 0) return Error{Errc::unavailable, "the commit failed as asked"};
  const std::uint64_t event = events_.empty() ? 0 : events_.back().id;
  const std::uint64_t leaf = audit_.empty() ? 0 : audit_.back().index;
  for (std::size_t i = 0; i < changeset.events.size(); ++i)
    if (changeset.events[i].id != event + i + 1) return Error{Errc::corrupt, "event ids have a hole"};
  for (std::size_t i = 0; i < changeset.audit.size(); ++i)
    if (changeset.audit[i].index != leaf + i + 1) return Error{Errc::corrupt, "audit indexes have a hole"};
  if (!changeset.log_head || !log_head_) return {};
  const hub::LogHead& head = *changeset.log_head;
  if (head.size < log_head_->size || (head.size == log_head_->size && head.root != log_head_->root))
    return Error{Errc::conflict, "the log was signed with another root, or with more leaves"};
  return {};
}

Result<void> MemoryStore::commit(const hub::Changeset& changeset) {
  auto checked = check(changeset);
  if (!checked) {
    if (failing_ > 0) --failing_;
    return checked;
  }
  ++commits_;
  if (changeset.counters) counters_ = *changeset.counters;
  put_all(environments_, changeset.environments, [](const auto& row) { return row.name; });
  put_all(sites_, changeset.sites, [](const auto& row) { return row.name; });
  put_all(site_status_, changeset.site_status, [](const auto& row) { return row.site; });
  put_all(artifacts_, changeset.artifacts, [](const auto& row) { return row.digest; });
  put_all(versions_, changeset.versions, [](const auto& row) { return std::pair(row.service, row.label); });
  put_all(pipelines_, changeset.pipelines, [](const auto& row) { return row.service; });
  put_all(templates_, changeset.templates, [](const auto& row) { return row.name; });
  put_all(releases_, changeset.releases, [](const auto& row) { return row.id; });
  put_all(plans_, changeset.plans, [](const auto& row) { return row.digest; });
  put_all(deployments_, changeset.deployments, [](const auto& row) { return row.id; });
  put_all(rollouts_, changeset.rollouts, [](const auto& row) { return row.id; });
  put_all(targets_, changeset.targets, [](const auto& row) { return std::pair(row.site, row.service); });
  put_all(commands_, changeset.commands, [](const auto& row) { return row.command.id; });
  put_all(desired_, changeset.desired, [](const auto& row) { return row.site; });
  put_all(inboxes_, changeset.inboxes, [](const auto& row) { return row.site; });
  put_all(facts_, changeset.facts, [](const auto& row) { return std::pair(row.site, row.fact.service); });
  put_all(idempotency_, changeset.idempotency, [](const auto& row) { return row.key; });
  put_all(approvals_, changeset.approvals, [](const auto& row) { return std::pair(row.deployment, row.digest); });
  put_all(trust_roots_, changeset.trust_roots, [](const auto& row) { return row.version; });
  put_all(join_tokens_, changeset.join_tokens, [](const auto& row) { return row.site; });
  put_all(recoveries_, changeset.recoveries, [](const auto& row) { return row.number; });
  put_all(identities_, changeset.identities, [](const auto& row) { return row.site; });
  put_all(health_, changeset.health, [](const auto& row) { return std::pair(row.site, row.from); });
  if (changeset.raise_to) epoch_ = *changeset.raise_to;
  events_.insert(events_.end(), changeset.events.begin(), changeset.events.end());
  audit_.insert(audit_.end(), changeset.audit.begin(), changeset.audit.end());
  if (changeset.log_head) log_head_ = changeset.log_head;
  return {};
}

Result<HubEpoch> MemoryStore::raise_epoch() {
  epoch_ = epoch_.next();
  return epoch_;
}

}  // namespace depops::tests

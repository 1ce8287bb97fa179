#include "tests/simulation/fleet_rules.h"

#include <algorithm>

#include "tests/simulation/invariants.h"

namespace depops::simulation {
namespace {

std::string text(std::uint64_t number) { return std::to_string(number); }

}  // namespace

// The logs of the hub and of every site are recorded without a hole and without a repetition.
void FleetRules::check_logs(const hub::Changeset& changes) {
  for (const hub::EventRow& row : changes.events) {
    demand(row.id == ++last_event_, "the hub's event log has a hole or a repetition at " + text(row.id));
    demand(row.kind != "gap", "entries of a site were lost: " + row.text);
    if (row.sequence == Sequence()) continue;
    std::uint64_t& events = sites_[row.site].events;
    demand(row.sequence.value() == events + 1 || (row.kind == "coalesced" && row.sequence.value() > events),
           "an event of " + row.site.str() + " came out of order");
    events = row.sequence.value();
  }
  for (const hub::AuditRow& row : changes.audit) {
    demand(row.index == ++last_leaf_, "the audit log has a hole or a repetition at " + text(row.index));
    demand(row.leaf.action != "site.frozen", "the site was frozen: " + row.leaf.reason);
    demand(row.leaf.action != "site.recovery", "the hub lost memory: " + row.leaf.reason);
    if (row.source != hub::AuditSource::site) continue;
    demand(row.sequence.value() == ++sites_[row.site].leaves, "a leaf of " + row.site.str() + " came out of order");
  }
}

void FleetRules::check_documents(const hub::Changeset& changes) {
  for (const hub::DesiredDoc& row : changes.desired) {
    demand(row.generation.value() == ++sites_[row.site].generation,
           "generation " + text(row.generation.value()) + " of " + row.site.str() + " does not follow the one before");
  }
}

// Every change of a deployment's state has exactly one leaf, and it ends once.
void FleetRules::check_deployments(const hub::Changeset& changes) {
  for (std::size_t i = 0; i < changes.deployments.size(); ++i) {
    const hub::Deployment& row = changes.deployments[i];
    const auto known = states_.find(row.id);
    if (known != states_.end() && known->second == row.state) continue;
    const std::string action = std::string("deployment.") + rollout::name_of(row.state);
    const auto leaves = std::count_if(changes.audit.begin(), changes.audit.end(), [&](const hub::AuditRow& leaf) {
      return leaf.source == hub::AuditSource::hub && leaf.leaf.object == "deployment/" + row.id.str() &&
             leaf.leaf.action == action;
    });
    if (known != states_.end()) {
      demand(leaves == 1, row.id.str() + ": " + text(static_cast<std::uint64_t>(leaves)) + " leaves for " + action);
    }
    if (rollout::is_ended(row.state)) {
      demand(++ends_[row.id] <= 1 + retries_[row.id], row.id.str() + " ended twice: it would be counted twice");
    }
    states_[row.id] = row.state;
  }
}

// No wave starts while a site of an earlier one has not completed.
void FleetRules::check_waves(const hub::Changeset& changes, const hub::World& world) const {
  for (const hub::Rollout& row : changes.rollouts) {
    const bool fresh = row.role == hub::RolloutRole::forward && !started_.contains(row.id);
    if (!fresh) continue;
    const auto found = world.deployments.find(row.deployment);
    if (found == world.deployments.end()) continue;
    for (const RolloutId& id : found->second.rollouts) {
      const hub::Rollout& other = world.rollouts.at(id);
      if (other.role != hub::RolloutRole::forward || other.wave >= row.wave) continue;
      demand(other.status.state == rollout::State::completed, row.id.str() + " starts in wave " + text(row.wave + 1) +
                                                                  " while " + id.str() + " is " +
                                                                  rollout::name_of(other.status.state));
    }
  }
}

// One active generation per site and service: nothing starts where the hub knows of something under way. (While a
// deployment waits for its next wave, a person at that site may retry there what ended: the site then refuses. One
// that supersedes waits at the site until the other has gone back.)
void FleetRules::check_active(const hub::Changeset& changes, const hub::World& world) const {
  for (const hub::Rollout& row : changes.rollouts) {
    if (started_.contains(row.id)) continue;
    const auto own = world.deployments.find(row.deployment);
    const bool takes_over = own != world.deployments.end() && own->second.deployment.supersede;
    for (const auto& [id, other] : world.rollouts) {
      const bool elsewhere = id == row.id || other.site != row.site || other.service != row.service;
      const auto found = world.deployments.find(other.deployment);
      const bool open = found != world.deployments.end() && !rollout::is_ended(found->second.deployment.state);
      demand(elsewhere || takes_over || !(open || row.wave == 0) || rollout::is_ended(other.status.state),
             row.id.str() + " starts while " + id.str() + " is under way there");
    }
  }
}

void FleetRules::on_commit(const hub::Changeset& changes, const hub::World& world) {
  check_logs(changes);
  check_documents(changes);
  check_deployments(changes);
  check_waves(changes, world);
  check_active(changes, world);
  for (const hub::Rollout& row : changes.rollouts) started_[row.id] = true;
}

std::uint64_t FleetRules::recorded(const SiteName& site, sync::Stream stream) const {
  const auto found = sites_.find(site);
  if (found == sites_.end()) return 0;
  return stream == sync::Stream::events ? found->second.events : found->second.leaves;
}

void FleetRules::on_acknowledged(const SiteName& site, const sync::Ack& ack) const {
  demand(ack.contiguous.value() <= recorded(site, ack.stream),
         "entry " + text(ack.contiguous.value()) + " of " + site.str() + " was acknowledged before it was committed");
}

void FleetRules::on_answer(const hub::Answer& answer) {
  if (!answer.ok || !answer.changed || answer.object.rfind("deployment/", 0) != 0) return;
  demand(states_.contains(DeploymentId(answer.object.substr(11))),
         answer.object + " was answered and is in no committed change");
}

void FleetRules::on_load(const hub::World& world) const {
  for (const auto& [id, state] : states_) {
    const auto found = world.deployments.find(id);
    demand(found != world.deployments.end() && found->second.deployment.state == state,
           id.str() + " is not what was committed, after a restart");
  }
  for (const auto& [name, entry] : world.sites) {
    for (const sync::Stream stream : sync::kStreams) {
      demand(entry.inbox.contiguous(stream).value() == recorded(name, stream),
             "the position of " + name.str() + " is not what was committed, after a restart");
    }
  }
}

}  // namespace depops::simulation

#include <algorithm>

#include "hub/app/attestations.h"
#include "hub/app/progress.h"
#include "hub/app/recovery.h"
#include "hub/app/scale.h"

namespace depops::hub {
namespace {

using std::chrono::hours;

constexpr auto kValid = hours(24 * 30);    // after that a site starts nothing new from it
constexpr auto kRenewed = hours(24 * 15);  // so that a site may be away this long and still be told

// A newer target than the one under way there: back to stable first, then this. Going back always may.
bool takes_over(const World& world, const SiteTarget& row) {
  const auto deployment = world.deployments.find(row.deployment);
  const auto rollout = world.rollouts.find(row.rollout);
  return (deployment != world.deployments.end() && deployment->second.deployment.supersede) ||
         (rollout != world.rollouts.end() && rollout->second.role == RolloutRole::back);
}

// What people signed about it, until it ended. On its way back a site asks for none.
std::vector<std::string> approvals_for(const World& world, const SiteTarget& row) {
  std::vector<std::string> envelopes;
  const auto deployment = world.deployments.find(row.deployment);
  if (deployment == world.deployments.end() || rollout::is_ended(deployment->second.deployment.state)) return envelopes;
  if (row.plan != deployment->second.deployment.plan) return envelopes;
  for (const GivenApproval& given : deployment->second.approvals) envelopes.push_back(given.row.envelope);
  return envelopes;
}

// On what the document builds: the newest one that the site is known to have accepted. It says so where that is not the
// one before it: a hub that came back from a backup can not know that. Only a site with a pinned trust root asks for
// it; an agent from before that would refuse the word.
void build_on(Turn& turn, const SiteEntry& entry, sync::Desired& desired) {
  if (entry.desired.generation == Generation() || entry.status.trust_version == trust::TrustVersion()) return;
  desired.base = entry.status.base;
  desired.rebase = !desired.base.empty() && desired.base != turn.codec.digest(entry.desired.bytes);
}

void bring_trust(const World& world, const SiteEntry& entry, sync::Desired& desired) {
  desired.trust_roots = trust_roots_for(world, entry);
  desired.trust_version = trust::TrustVersion(entry.status.trust_version.value() + desired.trust_roots.size());
}

sync::Target target_of(const World& world, const SiteEntry& entry, const SiteTarget& row) {
  const PlanEntry& plan = world.plans.at(row.plan);
  sync::Target target;
  target.service = row.service;
  target.rollout = row.rollout;
  target.deployment = row.deployment;
  target.epoch = row.epoch;
  target.plan_digest = row.plan;
  target.plan_bytes = plan.bytes;
  target.plan = *plan.plan;
  target.supersede = takes_over(world, row);
  for (const CommandRow& command : entry.commands)
    if (is_carried(world, command, row)) target.commands.push_back(command.command);
  target.approvals = approvals_for(world, row);
  return target;
}

void issue(Turn& turn, SiteEntry& entry) {
  sync::Desired desired;
  desired.site = entry.site.name;
  desired.site_epoch = entry.site.site_epoch;
  desired.generation = entry.desired.generation.next();
  desired.hub_epoch = turn.world.hub_epoch;
  desired.issued = turn.now.wall;
  desired.not_after = turn.now.wall + kValid;
  build_on(turn, entry, desired);
  bring_trust(turn.world, entry, desired);
  for (auto& [service, row] : entry.targets) {
    if (row.withdrawn || row.rollout.empty()) continue;
    if (row.epoch == Generation()) {
      row.epoch = desired.generation;
      turn.save(row);
    }
    desired.targets.push_back(target_of(turn.world, entry, row));
  }
  entry.desired = {entry.site.name, desired.generation, desired.issued, turn.codec.encode_desired(desired)};
  entry.behind = false;
  entry.status.signed_generation = desired.generation;
  turn.out.changes.desired.push_back(entry.desired);
  turn.save_status(entry);
  turn.send(PublishDesired{entry.site.name, desired.generation, entry.desired.bytes});
}

}  // namespace

void issue_documents(Turn& turn) {
  for (const SiteName& name : turn.take_marked()) {
    SiteEntry& entry = turn.world.sites.at(name);
    if (entry.behind && may_sign(turn.world, entry)) issue(turn, entry);
  }
}

Instant renewal_of(const DesiredDoc& document) { return document.issued + kRenewed; }

std::optional<Instant> renew_documents(Turn& turn) {
  std::optional<Instant> next;
  for (auto& [name, entry] : turn.world.sites) {
    if (entry.desired.generation == Generation()) continue;
    const Instant due = renewal_of(entry.desired);
    if (turn.now.wall >= due) {
      if (entry.behind) continue;  // a newer one is due anyway, once one may be signed
      turn.leaf("desired.renewed", "site/" + name.str(), "", "", "the document would expire");
      turn.mark_site(entry);
      continue;
    }
    next = next ? std::min(*next, due) : due;
  }
  return next;
}

}  // namespace depops::hub

#include <iterator>
#include <utility>

#include "hub/ports/store.h"

namespace depops::hub {
namespace {

template <typename Row>
void move_behind(std::vector<Row>& to, std::vector<Row>& from) {
  if (to.empty()) {
    to.swap(from);
    return;
  }
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

bool Changeset::empty() const noexcept {
  return !raise_to && !counters && environments.empty() && sites.empty() && site_status.empty() && artifacts.empty() &&
         versions.empty() && pipelines.empty() && templates.empty() && releases.empty() && plans.empty() &&
         deployments.empty() && rollouts.empty() && targets.empty() && commands.empty() && desired.empty() &&
         inboxes.empty() && facts.empty() && idempotency.empty() && approvals.empty() && trust_roots.empty() &&
         join_tokens.empty() && recoveries.empty() && identities.empty() && health.empty() && events.empty() &&
         audit.empty() && !log_head;
}

void Changeset::append(Changeset later) {
  // The fence is that of before the first raise among them.
  if (!raise_to) hub_epoch = later.hub_epoch;
  if (later.raise_to) raise_to = later.raise_to;
  if (later.counters) counters = later.counters;
  move_behind(environments, later.environments);
  move_behind(sites, later.sites);
  move_behind(site_status, later.site_status);
  move_behind(artifacts, later.artifacts);
  move_behind(versions, later.versions);
  move_behind(pipelines, later.pipelines);
  move_behind(templates, later.templates);
  move_behind(releases, later.releases);
  move_behind(plans, later.plans);
  move_behind(deployments, later.deployments);
  move_behind(rollouts, later.rollouts);
  move_behind(targets, later.targets);
  move_behind(commands, later.commands);
  move_behind(desired, later.desired);
  move_behind(inboxes, later.inboxes);
  move_behind(facts, later.facts);
  move_behind(idempotency, later.idempotency);
  move_behind(approvals, later.approvals);
  move_behind(trust_roots, later.trust_roots);
  move_behind(join_tokens, later.join_tokens);
  move_behind(recoveries, later.recoveries);
  move_behind(identities, later.identities);
  move_behind(health, later.health);
  move_behind(events, later.events);
  move_behind(audit, later.audit);
  if (later.log_head) log_head = std::move(later.log_head);
}

}  // namespace depops::hub

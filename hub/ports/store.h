#pragma once

#include <optional>
#include <vector>

#include "hub/ports/identity_records.h"
#include "hub/ports/join_records.h"
#include "hub/ports/log_records.h"
#include "hub/ports/records.h"
#include "hub/ports/recovery_records.h"
#include "hub/ports/trust_records.h"
#include "shared/base/result.h"

// The hub's memory. State tables are the truth and the event and audit logs are the history; neither is rebuilt from
// the other.
namespace depops::hub {

// Ended deployments stay in the loop's reach up to this many per service and environment, the newest ones.
inline constexpr std::size_t kDeploymentsKept = 50;

// How a site was is kept that long, counted back from the newest that it told.
inline constexpr Millis kHealthKept = std::chrono::hours(24 * 31);

// Everything the loop needs. Deployments: all that are not ended and the newest kDeploymentsKept of each service and
// environment; releases, rollouts and plans: those the deployments and targets name; approvals: of the
// deployments; commands: not answered; the rest: all. Idempotency rows: of the last 24 hours before the newest one.
struct HubState {
  HubEpoch hub_epoch{1};
  Counters counters;
  std::vector<Environment> environments;
  std::vector<Site> sites;
  std::vector<SiteStatus> site_status;
  std::vector<Artifact> artifacts;
  std::vector<Version> versions;
  std::vector<PipelineDoc> pipelines;
  std::vector<TemplateDoc> templates;
  std::vector<Release> releases;
  std::vector<PlanDoc> plans;
  std::vector<Deployment> deployments;
  std::vector<Rollout> rollouts;
  std::vector<SiteTarget> targets;
  std::vector<CommandRow> commands;
  std::vector<DesiredDoc> desired;
  std::vector<SiteInbox> inboxes;
  std::vector<SiteFact> facts;  // without those that are gone
  std::vector<IdempotencyRow> idempotency;
  std::vector<ApprovalRow> approvals;
  std::vector<TrustRootRow> trust_roots;  // oldest first
  std::vector<JoinTokenRow> join_tokens;
  std::vector<RecoveryRow> recoveries;  // by number
  std::vector<SiteIdentity> identities;
  std::optional<LogHead> log_head;  // the newest one
};

// What one or more steps change. Rows replace the row with the same key, the later one in a vector wins; events and
// audit are only ever added. Keys: name | name | site | digest | service, label | service | name | id | digest | id |
// id | site, service | command.id | site | site | site, service | key | deployment, digest | version | site | number |
// site | site, from | id |
// index.
struct Changeset {
  HubEpoch hub_epoch{1};
  std::optional<HubEpoch> raise_to;  // the fence from this commit on; above hub_epoch
  std::optional<Counters> counters;
  std::vector<Environment> environments;
  std::vector<Site> sites;
  std::vector<SiteStatus> site_status;
  std::vector<Artifact> artifacts;
  std::vector<Version> versions;
  std::vector<PipelineDoc> pipelines;
  std::vector<TemplateDoc> templates;
  std::vector<Release> releases;
  std::vector<PlanDoc> plans;
  std::vector<Deployment> deployments;
  std::vector<Rollout> rollouts;
  std::vector<SiteTarget> targets;
  std::vector<CommandRow> commands;
  std::vector<DesiredDoc> desired;
  std::vector<SiteInbox> inboxes;
  std::vector<SiteFact> facts;
  std::vector<IdempotencyRow> idempotency;
  std::vector<ApprovalRow> approvals;
  std::vector<TrustRootRow> trust_roots;
  std::vector<JoinTokenRow> join_tokens;
  std::vector<RecoveryRow> recoveries;
  std::vector<SiteIdentity> identities;
  std::vector<HealthRow> health;
  std::vector<EventRow> events;
  std::vector<AuditRow> audit;
  std::optional<LogHead> log_head;  // refused as `conflict` if it is smaller than the newest one, or has another root

  bool empty() const noexcept;
  // Adds what a later step changed, so that many steps become one transaction.
  void append(Changeset later);
};

// One writer. Thread: the writer's.
class Store {
 public:
  virtual ~Store() = default;

  // A fresh store has hub_epoch 1 and nothing else.
  virtual Result<HubState> load() = 0;

  // One durable transaction, all or nothing. It begins with the fence: changeset.hub_epoch must be the stored one, else
  // `conflict` and nothing is written; whoever gets that is no longer the hub and must stop. Any other error
  // also leaves the store as it was; the loop's state is then ahead of it and must be thrown away and loaded again.
  virtual Result<void> commit(const Changeset& changeset) = 0;

  // Take-over: stores and returns the next hub epoch; from now on every commit with an older one is refused.
  virtual Result<HubEpoch> raise_epoch() = 0;
};

}  // namespace depops::hub

#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hub/app/catalog.h"
#include "hub/fleet/credit.h"
#include "hub/ports/codec.h"
#include "hub/ports/store.h"
#include "hub/release/promotion.h"
#include "shared/rollout/plan.h"
#include "shared/sync/inbox.h"
#include "shared/sync/inventory.h"

// Everything the hub knows, indexed for its decisions. Only functions that also record the change in a Turn alter it.
namespace depops::hub {

// When a site gets the document again that it may not have got. Not stored: a restart publishes everything.
struct Reminder {
  Generation of;  // the document; another one begins anew
  Millis due{0};  // boottime
  Millis wait{0};
};

struct SiteEntry {
  Site site;
  SiteStatus status;
  SiteIdentity identity;
  sync::Inbox inbox;
  sync::FactsMirror facts;
  std::map<ServiceName, SiteTarget> targets;
  std::vector<CommandRow> commands;  // not answered, in the order given
  DesiredDoc desired;                // generation 0: none yet
  bool behind = false;               // what it should do is newer than the document
  bool heard = true;                 // it said Hello since this hub was loaded, or there was nothing to say
  HubEpoch obeys;                    // as it said then
  std::string voice{};               // of the connection on which it said Hello last; empty: not since then
  Reminder reminder{};
};

struct GivenApproval {
  ApprovalRow row;
  trust::Approval read;
};

// Who said yes to a deployment, as the trust root counts.
struct Voices {
  std::uint32_t needed = 0;
  std::vector<std::string> given;  // different people, sorted; "break-glass: NAME" alone if one opened the way
  Reasons missing;                 // why no further site may begin; empty: they may
  Instant counted{};
  std::optional<Instant> changes;  // an approval begins or ends to count then, or the trust root runs out
};

struct DeploymentEntry {
  Deployment deployment;
  std::vector<RolloutId> rollouts;
  std::vector<GivenApproval> approvals;
  std::optional<Voices> voices;  // absent: to be counted
  std::optional<Instant> wake;
};

struct PlanEntry {
  std::string bytes;
  std::shared_ptr<const rollout::Plan> plan;
};

using ServiceIn = std::pair<ServiceName, EnvironmentName>;

struct World {
  HubEpoch hub_epoch{1};
  Counters counters;
  Catalog catalog;
  std::map<EnvironmentName, Environment> environments;
  std::map<SiteName, SiteEntry> sites;
  std::map<Digest, Artifact> artifacts;
  std::map<std::pair<ServiceName, VersionLabel>, Version> versions;
  std::map<ServiceName, PipelineDoc> pipelines;
  std::map<TemplateName, TemplateDoc> templates;
  std::map<ReleaseId, Release> releases;
  std::map<Digest, PlanEntry> plans;
  std::map<DeploymentId, DeploymentEntry> deployments;
  std::map<ServiceIn, std::deque<DeploymentId>> history;  // oldest first
  std::set<DeploymentId> under_way;
  std::map<RolloutId, Rollout> rollouts;
  std::vector<TrustRootRow> trust_roots;        // oldest first
  std::optional<trust::SignedRoot> trust_root;  // the newest; absent: nobody is asked
  fleet::Credit credit;                         // how much sites may send
  std::map<SiteName, JoinTokenRow> join_tokens;
  std::vector<RecoveryRow> recoveries;  // by number
  std::uint64_t join_guesses = 0;       // with no token that was ever given, since the start
  std::uint64_t renewals_refused = 0;   // at the joining door, since the start
  std::map<std::string, IdempotencyRow> idempotency;
  std::deque<std::pair<Instant, std::string>> idempotency_age;

  SiteEntry* find_site(const SiteName& name);  // null: nobody registered it
  const rollout::Plan& plan(const Digest& digest) const;
  std::vector<const Rollout*> rollouts_of(const DeploymentEntry& entry) const;
  std::vector<release::Standing> standings(const ServiceName& service, const EnvironmentName& environment) const;
};

// Errors: corrupt, if rows contradict each other or a plan does not decode.
Result<World> world_of(HubState state, Catalog catalog, Codec& codec);

}  // namespace depops::hub

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hub/ports/store.h"

namespace depops::tests {

// A hub's database in memory, for the simulation and unit tests. Passes tests/contract/store like the real one.
class MemoryStore : public hub::Store {
 public:
  Result<hub::HubState> load() override;
  Result<void> commit(const hub::Changeset& changeset) override;
  Result<HubEpoch> raise_epoch() override;

  // The next `count` commits fail and change nothing.
  void fail_commits(std::uint32_t count) { failing_ = count; }

  const std::vector<hub::EventRow>& events() const { return events_; }
  const std::vector<hub::AuditRow>& audit() const { return audit_; }
  const std::map<DeploymentId, hub::Deployment>& deployments() const { return deployments_; }
  const std::map<RolloutId, hub::Rollout>& rollouts() const { return rollouts_; }
  const std::map<CommandId, hub::CommandRow>& commands() const { return commands_; }
  const std::map<std::pair<SiteName, Instant>, hub::HealthRow>& health() const { return health_; }
  std::uint64_t commits() const { return commits_; }

 private:
  void load_deployments(hub::HubState& state) const;
  Result<void> check(const hub::Changeset& changeset) const;

  HubEpoch epoch_{1};
  std::uint32_t failing_ = 0;
  std::uint64_t commits_ = 0;
  hub::Counters counters_;
  std::map<EnvironmentName, hub::Environment> environments_;
  std::map<SiteName, hub::Site> sites_;
  std::map<SiteName, hub::SiteStatus> site_status_;
  std::map<Digest, hub::Artifact> artifacts_;
  std::map<std::pair<ServiceName, VersionLabel>, hub::Version> versions_;
  std::map<ServiceName, hub::PipelineDoc> pipelines_;
  std::map<TemplateName, hub::TemplateDoc> templates_;
  std::map<ReleaseId, hub::Release> releases_;
  std::map<Digest, hub::PlanDoc> plans_;
  std::map<DeploymentId, hub::Deployment> deployments_;
  std::map<RolloutId, hub::Rollout> rollouts_;
  std::map<std::pair<SiteName, ServiceName>, hub::SiteTarget> targets_;
  std::map<CommandId, hub::CommandRow> commands_;
  std::map<SiteName, hub::DesiredDoc> desired_;
  std::map<SiteName, hub::SiteInbox> inboxes_;
  std::map<std::pair<SiteName, ServiceName>, hub::SiteFact> facts_;
  std::map<std::string, hub::IdempotencyRow> idempotency_;
  std::map<std::pair<DeploymentId, Digest>, hub::ApprovalRow> approvals_;
  std::map<trust::TrustVersion, hub::TrustRootRow> trust_roots_;
  std::map<SiteName, hub::JoinTokenRow> join_tokens_;
  std::map<std::uint64_t, hub::RecoveryRow> recoveries_;
  std::map<SiteName, hub::SiteIdentity> identities_;
  std::map<std::pair<SiteName, Instant>, hub::HealthRow> health_;
  std::vector<hub::EventRow> events_;
  std::vector<hub::AuditRow> audit_;
  std::optional<hub::LogHead> log_head_;
};

}  // namespace depops::tests

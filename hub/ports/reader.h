#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hub/dora/row.h"
#include "hub/ports/identity_records.h"
#include "hub/ports/records.h"
#include "hub/ports/recovery_records.h"
#include "hub/ports/trust_records.h"
#include "shared/base/result.h"

// Read-only questions of API and console. They see what is committed, never what the loop is about to do, and never go
// through the loop. Thread: any; an adapter gives each thread its own connection.
namespace depops::hub {

// A filter that is empty matches everything. Lists give at most `limit` (1..1,000) rows after `after`, the cursor the
// last page returned.
struct Paging {
  std::uint32_t limit = 100;
  std::string after;
};

template <typename T>
struct Page {
  std::vector<T> items;
  std::string next;  // empty: this is the last page
};

struct SiteView {
  Site site;
  SiteStatus status;
  std::vector<SiteTarget> targets;
  SiteIdentity identity;
  // Only when one site is asked for by name.
  std::vector<SiteFact> facts{};
  std::vector<HealthRow> health{};  // the newest 500, oldest first
};

struct VersionFilter {
  ServiceName service;
  VersionLabel label;
};

struct SiteFilter {
  SiteName name;
  EnvironmentName environment;
};

struct DocumentView {
  std::vector<PipelineDoc> pipelines;
  std::vector<TemplateDoc> templates;
};

// The hub itself. `recoveries`: all, by number; `set_aside`: sites that know more than this hub, by name.
struct HubView {
  HubEpoch hub_epoch{1};
  std::vector<RecoveryRow> recoveries;
  std::vector<SiteStatus> set_aside;
};

class RegistryReader {
 public:
  virtual ~RegistryReader() = default;
  virtual Result<std::vector<Environment>> environments() = 0;
  virtual Result<Page<SiteView>> sites(const SiteFilter& filter, const Paging& paging) = 0;
  virtual Result<Page<Version>> versions(const VersionFilter& filter, const Paging& paging) = 0;  // newest first
  virtual Result<DocumentView> documents() = 0;
  virtual Result<std::vector<TrustRootRow>> trust_roots() = 0;  // oldest first
  virtual Result<HubView> hub() = 0;
};

struct DeploymentFilter {
  ServiceName service;
  EnvironmentName environment;
  std::optional<rollout::State> state;
  bool under_way = false;  // only those that are not ended
};

struct ListedDeployment {
  Deployment deployment;
  std::uint64_t newest_event = 0;  // its id: rises with every change
};

// One deployment with all that a page about it shows. Measurements are events of kind "measurement".
struct DeploymentView {
  Deployment deployment;
  Release release;
  PlanDoc plan;
  std::vector<Rollout> rollouts;
  std::vector<CommandRow> commands;
  std::vector<EventRow> events;  // the newest 1,000, in order
};

struct EventFilter {
  DeploymentId deployment;
  SiteName site;
  ServiceName service;
};

struct AuditFilter {
  std::string object;  // exact
  Actor actor;
  std::string action;
  SiteName site;  // written at this site
  std::optional<Instant> from;
  std::optional<Instant> to;
};

// [from, to) of the earliest of first exposure, completion and creation is not enough to compute recovery and "first"
// commits, so all rows of the services are streamed that were created before `to`.
struct DoraFilter {
  ServiceName service;          // empty: all
  EnvironmentName environment;  // empty: all of the production tier
  std::optional<Instant> to;
};

class HistoryReader {
 public:
  virtual ~HistoryReader() = default;
  virtual Result<Page<ListedDeployment>> deployments(const DeploymentFilter& filter,
                                                     const Paging& paging) = 0;    // newest first
  virtual Result<DeploymentView> deployment(const DeploymentId& id) = 0;           // not_found
  virtual Result<std::vector<ApprovalRow>> approvals(const DeploymentId& id) = 0;  // as they came; not_found
  // Rows with id > after, oldest first: what a resumed event stream asks.
  virtual Result<std::vector<EventRow>> events(const EventFilter& filter, std::uint64_t after, std::uint32_t limit) = 0;
  virtual Result<Page<AuditRow>> audit(const AuditFilter& filter, const Paging& paging) = 0;  // newest first
  // In order of service, environment and number; memory does not grow with the count of rows.
  virtual Result<void> for_dora(const DoraFilter& filter, const std::function<void(const dora::Row&)>& row) = 0;
};

}  // namespace depops::hub

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/fleet/site_status.h"
#include "hub/release/registry.h"
#include "hub/schedule/deployment.h"
#include "shared/audit/leaf.h"
#include "shared/base/result.h"
#include "shared/rollout/verb.h"
#include "shared/sync/frame.h"

// Rows the hub keeps beside the registered things (hub/release/registry.h), the deployments and rollouts
// (hub/schedule/deployment.h) and the beliefs about sites (hub/fleet/site_status.h). Plain values; a store may encode
// nested ones as it likes. All ids and numbers come from the loop, never from the database.
namespace depops::hub {

// Immutable; `digest` is that of `bytes`, the exact bytes every site gets.
struct PlanDoc {
  Digest digest;
  std::string bytes;
  bool operator==(const PlanDoc&) const = default;
};

// Newest document for a site: the exact bytes that are signed. Signing the same bytes again gives the same signature.
struct DesiredDoc {
  SiteName site;
  Generation generation;
  Instant issued{};
  std::string bytes;
  bool operator==(const DesiredDoc&) const = default;
};

// A verb given for a rollout. Part of the desired state until the site answered.
struct CommandRow {
  SiteName site;
  RolloutId rollout;
  rollout::Command command;
  bool answered = false;
  bool accepted = false;
  std::string answer;  // the site's reason
  std::optional<Instant> answered_at;
  bool operator==(const CommandRow&) const = default;
};

// How far one stream of a site is committed here. Fingerprints: of the newest entries, to find a site that tells
// another story.
struct SiteCursor {
  sync::Stream stream = sync::Stream::events;
  Sequence contiguous;
  std::vector<std::uint64_t> fingerprints;
  bool operator==(const SiteCursor&) const = default;
};

// What survives of a site's inbox (shared/sync/inbox.h) over a restart. Key: site.
struct SiteInbox {
  SiteName site;
  SiteEpoch site_epoch;
  std::string incarnation;
  std::uint64_t session = 0;
  std::vector<std::string> past_incarnations;  // at most 16
  std::string frozen;                          // why nothing is taken from the site; empty: it is
  std::vector<SiteCursor> cursors;
  bool operator==(const SiteInbox&) const = default;
};

// What a site knows about one service, as the hub knows it. Key: site, service.
struct SiteFact {
  SiteName site;
  sync::Fact fact;
  Instant received{};  // by the hub's clock
  bool gone = false;   // the site has no such service any more
  bool operator==(const SiteFact&) const = default;
};

// How a site was over a span of time by its own clock; see sync::HealthSpan. Key: site, from.
struct HealthRow {
  SiteName site;
  Instant from{};
  Instant to{};
  bool healthy = true;
  std::string problem;
  std::vector<sync::ServiceHealth> services;
  Instant received{};  // by the hub's clock
  bool operator==(const HealthRow&) const = default;
};

// The event log, for timelines and for server-sent events: `id` rises hub-wide without gaps.
struct EventRow {
  std::uint64_t id = 0;
  Instant at{};        // by the clock of whoever saw it
  Instant received{};  // by the hub's clock
  // "rollout", "measurement", "command", "refused", "drift", "notice", "deployment", "site", "gap", "coalesced": of the
  // last, one row stands for all sequences since the row before.
  std::string kind;
  EnvironmentName environment;
  SiteName site;
  ServiceName service;
  DeploymentId deployment;
  RolloutId rollout;
  Sequence sequence;  // in the site's stream `events`; 0 = the hub's own
  std::string text;   // one sentence for people
  // The site's entry as it came (shared/wire decodes it to rollout::Report). Empty: the hub's own, or a notice that the
  // rest of the row gives back (event_entry.h): most of what a site writes would be there twice.
  std::string report_bytes;
  bool operator==(const EventRow&) const = default;
};

enum class AuditSource { hub, site };

// One leaf per state change. The hub's log holds its own leaves and, by (site, sequence, hash), those of the sites.
struct AuditRow {
  std::uint64_t index = 0;  // 1, 2, 3 ... hub-wide
  AuditSource source = AuditSource::hub;
  SiteName site;      // source site only
  Sequence sequence;  // in the site's stream `audit`
  audit::Leaf leaf;
  std::string bytes;  // as encoded by whoever decided
  std::string hash;   // of the leaf: "sha256:" and the hex digits of SHA-256 over 0x00 and bytes
  bool operator==(const AuditRow&) const = default;
};

// What an API write was answered. Flat, so that it can be kept and given again.
struct Answer {
  bool ok = true;
  Errc code = Errc::internal;         // if not ok
  std::string what;                   // if not ok: what is wrong and the remedy
  Reasons reasons;                    // if blocked now
  std::string object;                 // what was made or changed: "deployment/d-7", "site/fra-1", ...
  std::string detail;                 // extra word for people: "strategy skipped: first deployment"
  std::vector<std::string> commands;  // ids of the commands given to sites
  bool changed = true;                // false: it was so already
  bool undoes = false;                // a rollback: nothing began, the deployment under way (`object`) goes back
  std::vector<std::string> results;   // of a request about several things, a word each: "created", ...
  bool operator==(const Answer&) const = default;
};

// Kept 24 hours. The same key with another request is a conflict.
struct IdempotencyRow {
  std::string key;
  Digest request;
  Instant at{};
  Answer answer;
  bool operator==(const IdempotencyRow&) const = default;
};

// The last number given out of each kind.
struct Counters {
  std::uint64_t release = 0;
  std::uint64_t deployment = 0;
  std::uint64_t command = 0;
  std::uint64_t event = 0;
  std::uint64_t audit = 0;
  bool operator==(const Counters&) const = default;
};

}  // namespace depops::hub

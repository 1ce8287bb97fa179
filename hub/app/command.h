#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hub/app/log_command.h"
#include "hub/app/recovery_command.h"
#include "hub/app/site_commands.h"
#include "hub/app/trust_command.h"
#include "hub/ports/records.h"
#include "shared/rollout/verb.h"

namespace depops::manifest {
struct Pipeline;
struct AnalysisTemplate;
}  // namespace depops::manifest

// What people ask of the hub through the API. Texts and caps were checked at the edge; whether it may happen is decided
// by the loop. Every command gets exactly one Answer (hub/ports/records.h), after what it changed is committed.
namespace depops::hub {

struct CreateEnvironment {
  EnvironmentName name;
  Tier tier = Tier::development;
};

// A site that exists already with the same environment gets new labels, and the key if it has none yet.
struct CreateSite {
  SiteName name;
  EnvironmentName environment;
  std::map<std::string, std::string> labels;
  std::string public_key;  // Ed25519, 64 hex digits; empty: set later
};

// The bytes are in place and their digest was checked.
struct ArtifactStored {
  Digest digest;
  std::uint64_t size = 0;
};

struct PublishVersion {
  ServiceName service;
  VersionLabel label;
  Digest artifact;
  std::string commit_sha;
  Instant committed_at{};
  std::vector<Commit> commits;  // at most 10,000; empty: commit_sha alone
};

struct ApplyPipeline {
  std::string yaml;  // of this document
  std::shared_ptr<const manifest::Pipeline> pipeline;
};

struct ApplyTemplate {
  std::string yaml;
  std::shared_ptr<const manifest::AnalysisTemplate> analysis_template;
};

using ApplyDocument = std::variant<ApplyPipeline, ApplyTemplate>;

// All of them or none.
struct ApplyDocuments {
  std::vector<ApplyDocument> documents;
};

struct StartDeployment {
  ServiceName service;
  VersionLabel version;
  EnvironmentName environment;
  std::vector<SiteName> only_sites;  // empty: all that the pipeline selects
  std::string change;
  std::string note;
  bool supersede = false;  // end what is under way there of the service
};

// The version that is live in the environment before goes to `to`; or `version`, if it is named.
struct Promote {
  ServiceName service;
  EnvironmentName to;
  VersionLabel version;
  std::string change;
  std::string note;
  EnvironmentName from{};  // refused if the pipeline names another; empty: whatever it names
  bool supersede = false;
};

// On one site's rollout, or on the deployment as a whole: then on every rollout of it that is under way; pause and
// abort also stop sites that have not begun.
struct GiveVerb {
  DeploymentId deployment;
  SiteName site;  // empty: the deployment as a whole
  rollout::Verb verb = rollout::Verb::pause;
  std::string reason;
  std::optional<std::uint32_t> expected_step;
};

// To an earlier version, steps skipped. Without a label: to the last one that was live before and is healthy.
struct Rollback {
  ServiceName service;
  EnvironmentName environment;
  VersionLabel to;
  std::string reason;
};

// Another number of instances of the service at every site of the environment where it was deployed, or at one of them;
// a rollout may be under way there.
struct Scale {
  ServiceName service;
  EnvironmentName environment;
  SiteName site;                          // empty: all of the environment
  std::optional<std::uint32_t> replicas;  // nothing: what the version declares
  std::string reason;
};

using Request =
    std::variant<CreateEnvironment, CreateSite, ArtifactStored, PublishVersion, ApplyDocuments, StartDeployment,
                 Promote, GiveVerb, Rollback, Scale, Attest, TakeTrustRoot, MakeJoinToken, JoinSite, Recover, LiftSite,
                 RenewSite, RevokeSite, CordonSite, NoteTakeOver, AdmitSite, KeepLogHead>;

struct ApiCommand {
  std::uint64_t ticket = 0;  // the driver's: comes back with the answer
  Actor actor;
  std::string request_id;       // goes into audit as cause
  std::string idempotency_key;  // empty: none
  Digest request_digest;        // of the request's bytes; needed with a key
  Request request;
  bool dry_run = false;  // decide and answer, change nothing
};

}  // namespace depops::hub

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"

// What people register before anything can be released. Everything but a site's key and labels is immutable.
namespace depops::hub {

enum class Tier { development, staging, production };

const char* name_of(Tier tier) noexcept;
std::optional<Tier> tier_named(const std::string& text) noexcept;

struct Environment {
  EnvironmentName name;
  Tier tier = Tier::development;
  Instant created{};
  bool operator==(const Environment&) const = default;
};

struct Site {
  SiteName name;
  EnvironmentName environment;
  std::map<std::string, std::string> labels;  // region, ring, ...; at most 32
  std::string public_key;                     // Ed25519, 64 hex digits; empty: frames of this site are refused
  SiteEpoch site_epoch{1};                    // raised by re-enrolment
  Instant created{};
  bool operator==(const Site&) const = default;
};

// Its bytes lie beside the database and were checked against the digest before this row was written.
struct Artifact {
  Digest digest;
  std::uint64_t size = 0;
  Instant stored{};
  std::optional<Instant> collected;  // since then its bytes are gone
  bool operator==(const Artifact&) const = default;
};

struct Commit {
  std::string sha;
  Instant committed_at{};
  bool operator==(const Commit&) const = default;
};

struct Version {
  ServiceName service;
  VersionLabel label;
  Digest artifact;
  std::uint64_t artifact_size = 0;
  std::string commit_sha;
  Instant committed_at{};
  std::vector<Commit> commits;  // that are new in this version, commit_sha among them; empty: a change of settings only
  Instant published_at{};
  Actor published_by;
  bool operator==(const Version&) const = default;
};

// The pipeline of one service as applied. `revision` counts up from 1 with every applied change.
struct PipelineDoc {
  ServiceName service;
  std::string yaml;
  Digest digest;  // of yaml
  std::uint64_t revision = 0;
  Instant applied_at{};
  Actor applied_by;
  bool operator==(const PipelineDoc&) const = default;
};

struct TemplateDoc {
  TemplateName name;
  std::string yaml;
  Digest digest;
  std::uint64_t revision = 0;
  Instant applied_at{};
  Actor applied_by;
  bool operator==(const TemplateDoc&) const = default;
};

}  // namespace depops::hub

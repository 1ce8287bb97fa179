#pragma once

#include <string_view>

#include "shared/base/strong.h"

// The words of the product as types. Rules for what may be in them stand with the functions below; they are the same in
// files, API, command line, topics and certificates.
namespace depops {

using ServiceName = Id<struct ServiceNameTag>;
using EnvironmentName = Id<struct EnvironmentNameTag>;
using SiteName = Id<struct SiteNameTag>;
using TemplateName = Id<struct TemplateNameTag>;
using MetricName = Id<struct MetricNameTag>;
using WaveName = Id<struct WaveNameTag>;
using VersionLabel = Id<struct VersionLabelTag>;  // what people call a version: "1.2"
using SetId = Id<struct SetIdTag>;            // one version with one configuration at a site: "checkout-3f9a1c22bd01"
using EndpointId = Id<struct EndpointIdTag>;  // one running instance of a set: "checkout-3f9a1c22bd01.2"
using ReleaseId = Id<struct ReleaseIdTag>;
using DeploymentId = Id<struct DeploymentIdTag>;
using RolloutId = Id<struct RolloutIdTag>;
using CommandId = Id<struct CommandIdTag>;  // idempotence key of one verb
using Digest = Id<struct DigestTag>;        // "sha256:" and 64 hex digits
using BootId = Id<struct BootIdTag>;
using Actor = Id<struct ActorTag>;  // who: "admin", "local:root", "agent:fra-1", "hub"
using KeyId = Id<struct KeyIdTag>;

using Generation = Number<struct GenerationTag>;  // of a site's signed desired state; only rises
using Sequence = Number<struct SequenceTag>;      // of a stream, an outbox, a log: 1, 2, 3 ... without gaps
using HubEpoch = Number<struct HubEpochTag>;
using SiteEpoch = Number<struct SiteEpochTag>;

// ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$ : services, environments, sites, templates, waves, metrics.
bool is_name(std::string_view text) noexcept;

// ^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$ : what a version is called.
bool is_version_label(std::string_view text) noexcept;

// "sha256:" and 64 lower-case hex digits.
bool is_digest(std::string_view text) noexcept;

}  // namespace depops

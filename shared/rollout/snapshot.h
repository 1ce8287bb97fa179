#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"

// Everything needed to run one version in one environment, and to run it again later. Immutable.
namespace depops::rollout {

struct Readiness {
  enum class Kind { http, tcp };
  Kind kind = Kind::http;
  std::string path = "/ready";  // http only; ready = status 200-399
  Millis interval{500};         // [100 ms, 60 s]
  Millis timeout{1'000};        // of one probe, [50 ms, 60 s]
  bool operator==(const Readiness&) const = default;
};

struct ResourceLimits {
  std::optional<std::uint64_t> memory_bytes;
  std::optional<std::uint32_t> open_files;
  bool operator==(const ResourceLimits&) const = default;
};

// A version as plain processes on a host group.
struct ProcessWorkload {
  std::vector<std::string> command;  // argv, relative to the unpacked artifact; never given to a shell
  std::string port_variable = "PORT";
  Readiness readiness;
  std::uint32_t replicas = 1;  // [1, 1000]
  Millis drain{30'000};        // how long requests under way may take before the process is ended
  ResourceLimits limits;
  bool operator==(const ProcessWorkload&) const = default;
};

// A version as objects of Kubernetes: plain rendered YAML in the unpacked artifact. How many instances and how long
// they drain stands in the ProcessWorkload, whose other fields are not used then.
struct Manifests {
  std::vector<std::string> files;  // 1..50 files or folders, relative to the unpacked artifact, never out of it
  bool operator==(const Manifests&) const = default;
};

struct VersionSnapshot {
  ServiceName service;
  EnvironmentName environment;
  VersionLabel label;
  SetId set;  // service name and the first 12 hex digits of the digest of all of the rest: same content, same set
  Digest artifact;
  std::uint64_t artifact_size = 0;
  std::map<std::string, std::string> settings;          // environment variables of the process
  ProcessWorkload workload;                             // takes the requests
  std::map<std::string, ProcessWorkload> companions{};  // beside it, by name; at most 8 (companions.h)
  std::optional<Manifests> manifests{};                 // instead of a process
  bool operator==(const VersionSnapshot&) const = default;
};

}  // namespace depops::rollout

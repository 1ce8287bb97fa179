#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/kubernetes/api/object.h"
#include "agent/kubernetes/client/discovery.h"
#include "shared/base/names.h"

namespace depops::agent::kubernetes {

Wanted workload_kind();

// What people see of a service.
struct WorkloadShown {
  ObjectKey key;  // the name is the service's
  ServiceName service;
  std::optional<std::uint32_t> size;  // pods that are wanted over all versions
  std::uint32_t replicas = 0;         // pods that are there
  std::uint32_t ready = 0;
  std::string version{};       // that takes the requests
  std::string next_version{};  // that is on its way; empty: none
  std::uint32_t weight = 0;    // percent of the requests that the next one gets
  std::string state{};
  std::string reason{};  // why nothing moves, or why it went back
  bool operator==(const WorkloadShown&) const = default;
};

// Of spec.replicas; nothing: none is there. Cut to [0, kSizeMost].
std::optional<std::uint32_t> number_of(const json::Value& workload);

json::Value workload_body(const Resource& kind, const WorkloadShown& shown, std::uint32_t size);
// `refused`: why spec.replicas does not count.
json::Value status_body(const Resource& kind, const WorkloadShown& shown, const std::string& refused);

}  // namespace depops::agent::kubernetes

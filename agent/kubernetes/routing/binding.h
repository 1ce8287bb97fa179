#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/api/names.h"
#include "shared/base/names.h"

namespace depops::agent::kubernetes {

// Where the requests of one service are divided. All in one namespace.
struct Binding {
  ObjectName object;        // what divides them: an HTTPRoute, a VirtualService, a Service
  std::string rule{};       // its part that carries the service, by name; empty: the only one that leads to the service
  ObjectName service;       // the Service in front of all versions, as it was before there were any
  std::uint16_t port = 80;  // of the Services of the versions
  std::string target_port{};  // of the pods, a number or a name; empty: the same
  ObjectName beside{};        // what leads to the Service, where a router reads that, too: an Ingress
};

using Bindings = std::map<ServiceName, Binding>;

inline constexpr const char* kRoleLabel = "depops.io/role";  // "backend": a Service of one version, made by a router
inline constexpr const char* kBackendRole = "backend";

// A name of the form "<service>-<12 hex digits>".
bool is_set_of(const ServiceName& service, const std::string& name);

}  // namespace depops::agent::kubernetes

#pragma once

#include <string>
#include <vector>

#include "agent/kubernetes/api/names.h"

namespace depops::agent::kubernetes {

// One verb on one kind of object, as Roles name it.
struct Right {
  ApiGroup group;
  std::string resource;  // "deployments/scale"
  std::string verb;
  auto operator<=>(const Right&) const = default;
};

// What divides the requests of services here.
enum class Divides { nothing, services, http_routes, grpc_routes, virtual_services, traefik_services, ingresses };

// What versions may be beside Deployments.
struct Kinds {
  bool stateful = false;
  bool daemons = false;
};

// All that an agent does in a namespace with such a router. `marks`: the server obeys marks on pods that are to go
// (Kubernetes 1.22). The same as the roles in deploy/kubernetes grant; pure.
std::vector<Right> rights_needed(Divides divides, bool marks, Kinds kinds);

// What it does in no namespace, where a DaemonSet goes on by a label of nodes.
Right right_to_nodes();

// "create deployments.apps", "get pods/log"
std::string shown(const Right& right);
// The line of a Role that grants it.
std::string rule_of(const Right& right);

}  // namespace depops::agent::kubernetes

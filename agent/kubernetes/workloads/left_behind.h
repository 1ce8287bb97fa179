#pragma once

#include "agent/kubernetes/workloads/memory.h"

// What an earlier version had and the one that runs has not: the Deployments of a companion that nothing ordered has
// any more. Nobody needs them, and nobody removes them unasked. ConfigMaps and Secrets belong to them and go with them.
namespace depops::agent::kubernetes {

// Only of services of which something is ordered: of others nobody knows what they have. Without instances.
std::vector<LeftBehind> left_behind(const std::optional<RuntimeOrders>& orders, const Cluster& cluster);

// Whether it is ordered to go, the version that runs says so by name, and that is whole for as long as its requests may
// take. `drain` is counted from when its service was at rest with all of its pods ready.
bool may_go(const LeftBehind& left, const RuntimeOrders& orders, const Memory& memory, const Moment& now);

}  // namespace depops::agent::kubernetes

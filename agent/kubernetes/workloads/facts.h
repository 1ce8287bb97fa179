#pragma once

#include "agent/kubernetes/workloads/memory.h"

namespace depops::agent::kubernetes {

// What people and the rollout machine are told. `outage`: why nothing new comes from the cluster; empty: it does.
RuntimeFacts facts_of(const std::optional<RuntimeOrders>& orders, const Cluster& cluster, const Memory& memory,
                      const std::string& outage, Instant now);

// Of each set the pod whose trouble or end is told, if there is one.
std::vector<const Pod*> speakers(const std::optional<RuntimeOrders>& orders, const Cluster& cluster,
                                 const Memory& memory);

}  // namespace depops::agent::kubernetes

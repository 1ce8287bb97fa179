#pragma once

#include "agent/kubernetes/api/failure.h"
#include "agent/kubernetes/workloads/cluster.h"

// What a DaemonSet is made as, and why nothing is done with one. Internal, pure (node_hands.cc).
namespace depops::agent::kubernetes {

json::Value made_parked(const json::Value& workload);
Error not_adopted(const InPlace& there);
// `failure`: of reading nodes, for their label.
Error nodes_unread(const std::string& label, const Failure& failure);

}  // namespace depops::agent::kubernetes

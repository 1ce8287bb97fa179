#pragma once

#include <string>

#include "tests/support/kubernetes/fake_objects.h"

namespace depops::test {

inline const FakeKind kFakeDaemonSets{"apps", "v1", "daemonsets", "DaemonSet"};
inline const FakeKind kFakeNodes{"", "v1", "nodes", "Node", false};

// What the controller of DaemonSets would do at once, as that of Kubernetes 1.20 with OnDelete: a revision for each
// template, with the labels of its pods; a pod of the template on each node that its nodeSelector fits and that has
// none; none on others. Source: kubernetes.io, "DaemonSet".
void run_daemon_sets(FakeObjects& objects);

// The node that the controller of DaemonSets meant for the pod; `otherwise`: it is of none.
std::string node_for(const json::Value& pod, const std::string& otherwise);

}  // namespace depops::test

#pragma once

#include "tests/support/kubernetes/fake_objects.h"

namespace depops::test {

inline const FakeKind kFakeStatefulSets{"apps", "v1", "statefulsets", "StatefulSet"};
inline const FakeKind kFakeRevisions{"apps", "v1", "controllerrevisions", "ControllerRevision"};

// What the controller of StatefulSets would do at once, as that of Kubernetes 1.20: a revision for each template; pods
// by ordinal, of the current revision below the partition; one change at a time, and none past a pod that is not
// ready, unless they are managed in parallel. Source: kubernetes.io, "StatefulSets".
void run_stateful_sets(FakeObjects& objects);

// Why the server would not take the change: what a StatefulSet is made with stays, but for three fields of its spec; of
// a DaemonSet its selector does.
FakeAnswer checked_for_life(const json::Value& before, const json::Value& after);

}  // namespace depops::test

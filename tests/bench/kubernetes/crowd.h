#pragma once

#include <cstddef>

#include "tests/support/kubernetes/fake_objects.h"

namespace depops::bench {

inline const test::FakeKind kCrowdPods{"", "v1", "pods", "Pod"};
inline const test::FakeKind kCrowdServices{"", "v1", "services", "Service"};
inline const test::FakeKind kCrowdSlices{"discovery.k8s.io", "v1beta1", "endpointslices", "EndpointSlice"};

// Pods of others, of a usual size, with the EndpointSlices of their Services, in the namespace `shop` where versions of
// the measured agent run, too; and the Service in front of those.
void add_crowd(test::FakeObjects& objects, std::size_t pods);

// What a node does for every pod that does not run yet: it runs and is ready. And what controllers do then: the
// endpoints of the Service in front, a hundred in each slice.
void run_pods(test::FakeObjects& objects);

}  // namespace depops::bench

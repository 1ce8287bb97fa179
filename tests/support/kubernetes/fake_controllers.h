#pragma once

#include "tests/support/kubernetes/fake_objects.h"

namespace depops::test {

// What controllers would do at once (those of StatefulSets: fake_stateful.h; of DaemonSets:
// fake_daemon.h): every Deployment has as many pods as it
// wishes for, placed on a node and not started; those too many go as Kubernetes lets them go (not ready, then the
// lowest cost, then the youngest); what belonged to something that is gone goes.
void run_controllers(FakeObjects& objects);

}  // namespace depops::test

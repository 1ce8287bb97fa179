#pragma once

#include <mutex>

#include "agent/kubernetes/events/teller.h"
#include "agent/kubernetes/lease/guard.h"
#include "agent/kubernetes/scaling/board.h"
#include "tests/contract/runtime/kubernetes_world.h"

namespace depops::test {

// What a site does with a service that is a StatefulSet: a version, a bad one, and back.
void run_in_place();
// Of one that is a DaemonSet, by a label of the nodes.
void run_on_nodes();

// Waits for it at most a minute, with the node at work.
bool comes_about(const std::function<bool()>& condition);

// All parts of an agent that speak to the cluster, under the rights of the agent of the world, as a service lives.
class SiteInCluster {
 public:
  void hold_lease();
  void run_versions();
  void shrink_and_remove();
  void show_workload();
  void tell_events();
  void run_jobs();

  KubernetesWorld world;

 private:
  void begin_again(unsigned history);

  clock::SystemClock clock_;
  kube::Access access_{world.settings.access};
  kube::Connection connection_{access_, clock_};
};

}  // namespace depops::test

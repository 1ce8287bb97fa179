#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "agent/kubernetes/access/access.h"
#include "agent/kubernetes/lease/guard.h"
#include "tests/contract/kubernetes_rollout/rolled_site.h"

namespace depops::test {

inline const SiteName kRolledSite("fra-1");
inline const ServiceName kRolledService("checkout");

// Who wants the lease, or has it. It lasts so short that a test can wait for its end, and has room for a busy machine.
class RolledSite::Contender {
 public:
  Contender(const kube::Namespace& space, const std::string& name);
  kube::Holding holding() const { return holding_; }

 private:
  std::atomic<kube::Holding> holding_{kube::Holding::waiting};
  clock::SystemClock clock_;
  kube::Access access_;
  kube::Connection connection_;
  kube::LeaseGuard guard_;
};

// What dies with an agent.
struct RolledSite::Process {
  Process(RolledSite& site, agent::KubernetesSettings settings);
  ~Process();

  kube::Holding holding() const { return contender ? contender->holding() : kube::Holding::ours; }

  bool begun = false;
  std::unique_ptr<Contender> contender;
  clock::SystemClock clock;
  kube::Access access;
  kube::Connection connection;
  std::unique_ptr<agent::Runtime> runtime;
  std::unique_ptr<agent::Router> router;
  HaveArtifacts artifacts;
  NothingMeasured metrics;
  NothingHooked hooks;
  NoHub hub;
  MemoryJournal journal;
  std::unique_ptr<agent::Driver> driver;
};

}  // namespace depops::test

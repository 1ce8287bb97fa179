#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "agent/kubernetes/lease/guard.h"
#include "agent/main/cluster_parts.h"

namespace depops::agent {

// One agent acts on a namespace: the one that holds its Lease "depops-agent". Logs whatever is new about it, and sends
// this process kLeaseNews when it got it or lost it. Gives it back at its end, so whatever acts must have ended before.
// Thread: any.
class LeaseHold {
 public:
  // `journal`: its incarnation. The same journal on the same host goes on at once after its process died.
  LeaseHold(const settings::Settings& settings, const std::string& journal, ClusterParts& cluster,
            const ports::Clock& clock);

  bool ours() const;
  bool lost() const;        // for ever: the process has to end
  std::string why() const;  // for people; empty: it is ours

 private:
  void take(kubernetes::Holding holding, const std::string& why);

  mutable std::mutex mutex_;
  kubernetes::Holding holding_ = kubernetes::Holding::waiting;
  std::string why_ = "who acts on this cluster is not known yet";
  std::unique_ptr<kubernetes::LeaseGuard> guard_;
};

// A signal that must be blocked in all threads before there is a LeaseHold.
extern const int kLeaseNews;

}  // namespace depops::agent

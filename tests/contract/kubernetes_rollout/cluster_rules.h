#pragma once

#include <chrono>
#include <map>
#include <string>

#include "tests/support/kubernetes/fake_objects.h"

namespace depops::test {

// What must hold in the cluster after every change of it, whatever failed between the agent and the server.
class ClusterRules {
 public:
  ClusterRules(std::string space, unsigned replicas, std::chrono::milliseconds drain)
      : space_(std::move(space)), replicas_(replicas), drain_(drain) {}

  void look(const FakeObjects& objects);
  void serves(bool so = true) { serves_ = so; }            // from now on never fewer ready pods than the service has
  void sized(unsigned replicas) { replicas_ = replicas; }  // that the service has had at least since it changed
  unsigned ready(const std::string& set) const { return ready_.contains(set) ? ready_.at(set) : 0; }
  std::int64_t weight(const std::string& set) const { return weights_.contains(set) ? weights_.at(set) : 0; }
  const std::string& broken() const { return broken_; }  // the first that did not hold; empty: all did

 private:
  void look_at_pods(const FakeObjects& objects);
  void look_at_scale(const std::string& set, std::int64_t replicas);
  void look_at_deployments(const FakeObjects& objects);
  void look_at_routes(const FakeObjects& objects);
  void expect(bool holds, const std::string& what);

  std::string space_;
  unsigned replicas_;
  std::chrono::milliseconds drain_;
  bool serves_ = false;
  std::map<std::string, unsigned> ready_;        // pods, by set
  std::map<std::string, std::string> made_;      // what a Deployment is but for its scale, by uid
  std::map<std::string, std::int64_t> weights_;  // last seen, by set
  std::map<std::string, std::chrono::steady_clock::time_point> fell_;
  std::map<std::string, std::int64_t> replicas_of_;  // last seen, by set
  std::string broken_;
};

}  // namespace depops::test

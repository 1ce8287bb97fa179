#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

#include "tests/support/kubernetes/fake_objects.h"

namespace depops::test {

// What must hold in the cluster after every change of it, whatever failed between the agent and the server.
class ClusterRules {
 public:
  ClusterRules(std::string space, unsigned replicas, std::chrono::milliseconds drain)
      : space_(std::move(space)), replicas_(replicas), most_(replicas), drain_(drain) {}

  void look(const FakeObjects& objects);
  void serves(bool so = true) { serves_ = so; }  // from now on never fewer ready pods than the service has
  // Of the service: it has had so many at least since its size changed, and was never to have more than that.
  // Pods that a smaller size takes go as they go in any Deployment that is scaled down, so I18 is judged no more.
  void sized(unsigned least, unsigned most) { replicas_ = least, most_ = std::max(most_, most), resized_ = true; }
  void versions(unsigned count) { versions_ = count; }  // that may have pods at once
  unsigned ready(const std::string& set) const { return ready_.contains(set) ? ready_.at(set) : 0; }
  std::int64_t weight(const std::string& set) const { return weights_.contains(set) ? weights_.at(set) : 0; }
  const std::string& broken() const { return broken_; }  // the first that did not hold; empty: all did

 private:
  void look_at_pods(const FakeObjects& objects);
  void look_at_scale(const std::string& set, std::int64_t replicas);
  void look_at_deployments(const FakeObjects& objects);
  void look_at_routes(const FakeObjects& objects);
  void look_at_belongings(const FakeObjects& objects, const json::Value& deployment);
  void look_at_places(const FakeObjects& objects);
  void look_at_daemon_sets(const FakeObjects& objects);
  unsigned endpoints_of(const FakeObjects& objects, const std::string& set) const;
  void look_at_stateful_sets(const FakeObjects& objects);
  void expect(bool holds, const std::string& what);

  std::string space_;
  unsigned replicas_;
  unsigned most_;
  std::chrono::milliseconds drain_;
  bool serves_ = false;
  bool resized_ = false;
  unsigned versions_ = 2;
  std::map<std::string, unsigned> ready_;        // pods, by set
  std::map<std::string, std::string> made_;      // what a Deployment is but for its scale, by uid
  std::map<std::string, std::int64_t> weights_;  // last seen, by set
  std::map<std::string, std::chrono::steady_clock::time_point> fell_;
  std::map<std::string, std::int64_t> replicas_of_;  // last seen, by set
  std::map<std::string, std::string> templates_;     // of StatefulSets, last seen, by name
  std::string broken_;
};

}  // namespace depops::test

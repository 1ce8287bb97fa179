#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>

#include "tests/support/kubernetes/fake_objects.h"

namespace depops::test {

inline const FakeKind kPodsOfFake{"", "v1", "pods", "Pod"};
inline const FakeKind kConfigMapsOfFake{"", "v1", "configmaps", "ConfigMap"};
inline const FakeKind kLeasesOfFake{"coordination.k8s.io", "v1", "leases", "Lease"};
inline const FakeKind kServicesOfFake{"", "v1", "services", "Service"};
inline const FakeKind kSlicesOfFake{"discovery.k8s.io", "v1beta1", "endpointslices", "EndpointSlice"};
inline const FakeKind kDeploymentsOfFake{"apps", "v1", "deployments", "Deployment"};
inline const FakeKind kRoutesOfFake{"gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute"};

bool is_ready_pod(const json::Value& pod);

// Nodes and controllers of one namespace, beside those that the fake has: pods get ready one after another, every
// Service has its endpoints, a gateway takes routes up. Each a little late, as chance has it; slow ones also let pods
// come and go late, and a pod that ends takes its time.
class ClusterLife {
 public:
  ClusterLife(std::string space, std::uint64_t seed, bool slow)
      : space_(std::move(space)), chance_(seed), slow_(slow) {}

  void go_on(FakeObjects& objects);
  void hurry() { late_ = false; }                                // from now on all at once
  void ill(const std::string& set) { ill_.insert(set); }         // its pods are not ready, those that were no longer
  void crash(const std::string& set) { crashing_.insert(set); }  // likewise, and they end by themselves
  void well(const std::string& set) { ill_.erase(set), crashing_.erase(set); }

 private:
  bool now() { return !late_ || chance_() % 3 == 0; }
  void start_pods(FakeObjects& objects);
  bool lacks_settings(const FakeObjects& objects, const json::Value& pod) const;
  void end_pods(FakeObjects& objects);
  void write_slices(FakeObjects& objects);
  void answer_routes(FakeObjects& objects);
  std::vector<json::Value> all(const FakeObjects& objects, const FakeKind& kind) const;

  std::string space_;
  std::mt19937_64 chance_;
  const bool slow_;
  bool late_ = true;
  std::set<std::string> ill_;
  std::set<std::string> crashing_;
  unsigned addresses_ = 0;
};

}  // namespace depops::test

#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "agent/kubernetes/workloads/decide.h"
#include "agent/kubernetes/workloads/facts.h"

namespace depops::test {

using agent::EndpointFacts;
using agent::EndpointState;
using agent::RuntimeFacts;
using agent::RuntimeOrders;
using agent::SetFacts;
using agent::SetOrder;
using namespace agent::kubernetes;

inline SetOrder order(const std::string& set, std::uint32_t replicas) {
  SetOrder made;
  made.replicas = replicas;
  made.snapshot.service = ServiceName("checkout");
  made.snapshot.set = SetId(set);
  made.snapshot.manifests = rollout::Manifests{{"k8s/"}};
  made.snapshot.workload.drain = Millis(5'000);
  return made;
}

// A cluster that does what it is told, one small step at a time, and what the agent makes of it.
struct Site {
  std::optional<RuntimeOrders> orders = RuntimeOrders{};
  Cluster cluster;
  Memory memory;
  Limits limits{.history = 0};
  std::int64_t now_ms = 1'000'000;
  int numbers = 0;

  Moment now() const { return {Instant(Millis(now_ms)), Millis(now_ms), BootId("boot")}; }

  void wish(std::vector<SetOrder> sets, std::vector<EndpointId> released = {}) {
    orders = RuntimeOrders{orders ? orders->seq + 1 : 1, std::move(sets), std::move(released)};
  }

  std::vector<Act> acts() {
    memory = observed(std::move(memory), orders, cluster, now());
    return decide(*orders, cluster, memory, now(), limits);
  }
  RuntimeFacts facts() {
    memory = observed(std::move(memory), orders, cluster, now());
    return facts_of(orders, cluster, memory, "", now().wall);
  }

  Workload& of(const SetId& set) { return *std::ranges::find(cluster.workloads, set, &Workload::set); }

  void operator()(const Prepare& act) {
    if (workload_in(cluster, act.snapshot.set) == nullptr) {
      Workload made;
      made.set = act.snapshot.set;
      made.service = act.snapshot.service;
      made.uid = Uid("w" + std::to_string(++numbers));
      cluster.workloads.push_back(made);
    }
    memory.sets[act.snapshot.set].attached = of(act.snapshot.set).uid;
  }
  void operator()(const Scale& act) { of(act.workload.set).replicas = act.replicas; }
  void operator()(const Stop& act) {
    for (const Pod& pod : act.pods) std::ranges::find(cluster.pods, pod.uid, &Pod::uid)->marked = true;
    of(act.workload.set).replicas = act.replicas;
  }
  void operator()(const TakeOver& act) {
    std::ranges::find(cluster.adopted, act.from.uid, &Adopted::uid)->replicas = 0;
    memory.taken.insert(act.from.uid);
  }
  void operator()(const Remove& act) {
    std::erase_if(cluster.workloads, [&](const Workload& one) { return one.set == act.workload.set; });
  }

  template <typename T>
  void operator()(const T&) {}  // of StatefulSets: place_site.h

  // What controllers and nodes do: some pods more, some pods less, something gets ready or ends.
  std::size_t live(const SetId& set) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(cluster.pods, [&](const Pod& pod) { return pod.set == set && pod.alive(); }));
  }
  void grow() {
    for (const Workload& workload : cluster.workloads) {
      if (live(workload.set) >= workload.replicas) continue;
      Pod pod;
      pod.set = workload.set;
      pod.uid = Uid("p" + std::to_string(++numbers));
      pod.key.name = ObjectName(workload.set.str() + "-" + std::to_string(numbers));
      pod.created = now().wall;
      pod.owned = pod.running = true;
      cluster.pods.push_back(pod);
      return;
    }
  }
  void end_one() {
    for (const Workload& workload : cluster.workloads) {
      if (live(workload.set) <= workload.replicas) continue;
      const auto first = std::ranges::min_element(cluster.pods, {}, [&](const Pod& pod) {
        return std::tuple(pod.set != workload.set || !pod.alive(), pod.ready, !pod.marked,
                          -pod.created.time_since_epoch().count());
      });
      first->deleting = true;
      return;
    }
  }
  void get_ready() {
    for (Pod& pod : cluster.pods) {
      if (pod.ready || !pod.alive()) continue;
      pod.ready = true;
      pod.ready_since = now().wall;
      return;
    }
  }
  void bury() {
    std::erase_if(cluster.pods, [](const Pod& pod) { return pod.deleting; });
  }

  // Everything that is due happens, until nothing is.
  void settle() {
    for (int i = 0; i < 200; ++i) {
      for (const Act& act : acts()) std::visit(*this, act);
      grow();
      get_ready();
      end_one();
      bury();
      now_ms += 10;
    }
  }
};

inline SetFacts set_of(const RuntimeFacts& facts, const char* set) {
  const auto found = std::ranges::find(facts.sets, SetId(set), &SetFacts::set);
  return found == facts.sets.end() ? SetFacts{} : *found;
}

inline std::vector<EndpointId> retiring(const RuntimeFacts& facts) {
  std::vector<EndpointId> ids;
  for (const EndpointFacts& endpoint : facts.endpoints) {
    if (endpoint.state == EndpointState::retiring) ids.push_back(endpoint.id);
  }
  return ids;
}

}  // namespace depops::test

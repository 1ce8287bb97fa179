#include "agent/kubernetes/workloads/left_behind.h"

#include <algorithm>

#include "agent/kubernetes/manifests/removals.h"
#include "agent/kubernetes/workloads/in_place.h"
#include "shared/rollout/companions.h"

namespace depops::agent::kubernetes {
namespace {

// What is ordered of a service: whether its own program, and which companions.
struct Ordered {
  bool own = false;
  std::set<std::string> companions{};
  std::set<std::string> removes{};  // as the objects of what is ordered say
};

Ordered ordered_of(const ServiceName& service, const RuntimeOrders& orders, const Cluster& cluster) {
  Ordered found;
  for (const SetOrder& order : orders.sets) {
    if (order.snapshot.service != service) continue;
    const std::string companion = rollout::companion_in(order.snapshot.set, service);
    if (companion.empty()) found.own = true;
    if (!companion.empty()) found.companions.insert(companion);
    const Workload* workload = workload_in(cluster, order.snapshot.set);
    if (workload != nullptr) found.removes.insert(workload->removes.begin(), workload->removes.end());
    const InPlace* object = companion.empty() ? in_place_of(cluster, service) : nullptr;
    if (object != nullptr && object->set == order.snapshot.set)
      found.removes.insert(object->removes.begin(), object->removes.end());
  }
  return found;
}

bool has_pods(const Cluster& cluster, const SetId& set) {
  return std::ranges::any_of(cluster.pods, [&](const Pod& pod) { return pod.set == set; });
}

}  // namespace

std::vector<LeftBehind> left_behind(const std::optional<RuntimeOrders>& orders, const Cluster& cluster) {
  std::vector<LeftBehind> found;
  if (!orders) return found;
  std::map<ServiceName, Ordered> services;
  for (const Workload& workload : cluster.workloads) {
    const std::string companion = rollout::companion_in(workload.set, workload.service);
    if (companion.empty() || workload.deleting || workload.replicas > 0) continue;
    auto known = services.find(workload.service);
    if (known == services.end())
      known = services.emplace(workload.service, ordered_of(workload.service, *orders, cluster)).first;
    const Ordered& ordered = known->second;
    if (!ordered.own || ordered.companions.contains(companion) || has_pods(cluster, workload.set)) continue;
    const std::string part = part_name("Deployment", companion);
    found.push_back({workload.service, workload.set, "Deployment " + workload.key.name.str(), part, workload.uid.str(),
                     ordered.removes.contains(part)});
  }
  return found;
}

bool may_go(const LeftBehind& left, const RuntimeOrders& orders, const Memory& memory, const Moment& now) {
  if (!left.named || std::ranges::find(orders.prune, left.life) == orders.prune.end()) return false;
  const auto whole = memory.whole.find(left.service);
  const auto order = std::ranges::find_if(
      orders.sets, [&](const SetOrder& one) { return one.snapshot.service == left.service && one.replicas > 0; });
  if (whole == memory.whole.end() || order == orders.sets.end()) return false;
  return is_over(order->snapshot.workload.drain, whole->second, now);
}

}  // namespace depops::agent::kubernetes

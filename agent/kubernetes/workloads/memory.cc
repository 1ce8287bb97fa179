#include "agent/kubernetes/workloads/memory.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "agent/kubernetes/workloads/in_place.h"

namespace depops::agent::kubernetes {
namespace {

constexpr unsigned kQuietConflicts = 3;  // in a row
constexpr Millis kSpared{3'000};         // in which controllers end what they were told to end before

bool is_retiring(const Pod& pod, const Memory& memory) {
  const auto known = memory.pods.find(pod.uid);
  return known != memory.pods.end() && known->second.retiring.has_value();
}

// On nodes: what does not work goes first, then batch by batch, in it by the name of the node. On the way back the last
// batch goes first, so that at no time more than one of them has both versions. Nodes without the label come last.
bool worth_more_on_node(const Pod& left, const Pod& right, const Memory& memory) {
  static const PodMemory kNew;
  const auto known = [&memory](const Pod& pod) -> const PodMemory& {
    const auto found = memory.pods.find(pod.uid);
    return found == memory.pods.end() ? kNew : found->second;
  };
  if (left.ready != right.ready) return left.ready;
  const auto turn = [&](const Pod& pod) {
    const std::string& batch = known(pod).batch;
    return std::tuple(batch.empty(), batch, pod.place->node, pod.uid);
  };
  return known(left).returns ? turn(left) < turn(right) : turn(right) < turn(left);
}

// Which of two is worth more: what was told to go is not taken back without need, what serves is kept, the longest
// serving first, as Kubernetes keeps them. In a StatefulSet the last in the row goes first.
bool worth_more(const Pod& left, const Pod& right, const Memory& memory) {
  if (left.place && right.place && left.place->on_node) return worth_more_on_node(left, right, memory);
  if (left.place && right.place) return left.place->ordinal < right.place->ordinal;
  const auto rank = [&memory](const Pod& pod) {
    return std::tuple(pod.marked, is_retiring(pod, memory), !pod.ready, pod.ready_since.value_or(Instant::max()),
                      pod.created, pod.key.name);
  };
  return rank(left) < rank(right);
}

void look_at(const Pod& pod, PodMemory& known) {
  const bool lost = known.ready && !pod.ready && pod.running && known.restarts == pod.restarts;
  if (lost) known.flaps += 1;
  known.set = pod.set;
  known.was_ready = pod.ready || (known.was_ready && known.restarts == pod.restarts);
  known.ready = pod.ready;
  known.restarts = pod.restarts;
  known.ended = pod.ended;
}

// Pods that are gone take their counts along; the set keeps them.
void keep_counts(Memory& memory, const Cluster& cluster) {
  std::set<Uid> there;
  for (const Pod& pod : cluster.pods) there.insert(pod.uid);
  std::erase_if(memory.pods, [&](const auto& entry) {
    if (there.contains(entry.first)) return false;
    memory.sets[entry.second.set].restarts += entry.second.restarts + (entry.second.ended ? 1 : 0);
    return true;
  });
}

// Between the number of pods that was wished for and the end of one stands a controller: one that was told to go may
// still go when more are wished for again, although it is ready and nothing says so.
void spare(const Pod& pod, PodMemory& known, const Moment& now) {
  known.retiring.reset();
  known.doubtful = pod.place && known.spared && !is_over(kSpared, known.spared, now);
  if (pod.place) return;
  if (pod.marked && !known.spared) known.spared = Stamp::of(now);
  if (!pod.marked) known.spared.reset();
  known.doubtful = pod.marked && !is_over(kSpared, known.spared, now);
}

// Those whose place in their StatefulSet is another version's, or none. What was told before is so until the controller
// has seen the opposite.
void go_beyond(Memory& memory, const std::optional<RuntimeOrders>& orders, const Cluster& cluster, const Moment& now) {
  for (const InPlace& object : cluster.in_place) {
    if (object.kind != InPlace::Kind::stateful) continue;
    const std::uint32_t size = orders ? orders_for(object, orders, cluster).size : object.replicas;
    for (const Pod& pod : cluster.pods) {
      if (!pod.place || pod.place->owner != object.uid) continue;
      PodMemory& known = memory.pods[pod.uid];
      const std::uint32_t ordinal = pod.place->ordinal;
      const bool other = ordinal >= object.partition && pod.set != object.set;
      const bool told = other || ordinal >= object.replicas || (known.told && !object.taken_up);
      if (known.told && !told) known.spared = Stamp::of(now);
      known.told = told;
      known.beyond = told || ordinal >= size;
    }
  }
}

// Of the pods of DaemonSets what says when they go.
void look_at_nodes(Memory& memory, const std::optional<RuntimeOrders>& orders, const Cluster& cluster) {
  std::set<std::string> labels;
  for (const InPlace& object : cluster.in_place) {
    if (object.kind != InPlace::Kind::daemon) continue;
    labels.insert(object.batch_label);
    const auto nodes = memory.nodes.find(object.batch_label);
    const SetId* back = orders ? returning(*orders, object.service) : nullptr;
    for (const Pod& pod : cluster.pods) {
      if (!pod.place || pod.place->owner != object.uid) continue;
      PodMemory& known = memory.pods[pod.uid];
      known.returns = back != nullptr && *back != pod.set;
      known.batch.clear();
      if (nodes == memory.nodes.end()) continue;
      const auto value = nodes->second.find(pod.place->node);
      if (value != nodes->second.end()) known.batch = value->second;
    }
  }
  std::erase_if(memory.nodes, [&](const auto& entry) { return !labels.contains(entry.first); });
}

void retire(Memory& memory, const std::optional<RuntimeOrders>& orders, const Cluster& cluster, const Moment& now) {
  for (const SetId& set : sets_in(orders, cluster)) {
    const std::uint32_t wanted = wanted_of(orders, set, wished_of(cluster, set));
    const Division division = divide(cluster, set, wanted, memory);
    for (const Pod* pod : division.kept) spare(*pod, memory.pods[pod->uid], now);
    for (const Pod* pod : division.retiring) {
      PodMemory& known = memory.pods[pod->uid];
      if (!known.retiring) known.retiring = Stamp::of(now);
      known.spared.reset();
    }
  }
}

// A service at rest has one set, and it is all there.
void note_whole(Memory& memory, const std::optional<RuntimeOrders>& orders, const Cluster& cluster, const Moment& now) {
  std::set<ServiceName> whole;
  for (const ServiceName& service : orders ? orders->at_rest : std::vector<ServiceName>()) {
    bool all = false;
    for (const SetOrder& order : orders->sets) {
      if (order.snapshot.service != service) continue;
      const Division division = divide(cluster, order.snapshot.set, order.replicas, memory);
      const auto ready = std::ranges::count_if(division.kept, [](const Pod* pod) { return pod->ready; });
      all = order.replicas > 0 && std::cmp_greater_equal(ready, order.replicas);
      if (!all) break;
    }
    if (all) whole.insert(service);
  }
  for (const ServiceName& service : whole) memory.whole.try_emplace(service, Stamp::of(now));
  std::erase_if(memory.whole, [&](const auto& entry) { return !whole.contains(entry.first); });
}

}  // namespace

Division divide(const Cluster& cluster, const SetId& set, std::uint32_t replicas, const Memory& memory) {
  std::vector<const Pod*> live;
  for (const Pod& pod : cluster.pods) {
    if (pod.set == set && pod.alive()) live.push_back(&pod);
  }
  std::ranges::sort(live, [&](const Pod* left, const Pod* right) { return worth_more(*left, *right, memory); });
  const auto beyond = std::ranges::count_if(live, [&](const Pod* pod) {
    const auto known = memory.pods.find(pod->uid);
    return known != memory.pods.end() && known->second.beyond;
  });
  const std::size_t stay = std::min<std::size_t>(replicas, live.size() - static_cast<std::size_t>(beyond));
  Division division;
  division.kept.assign(live.begin(), live.begin() + static_cast<std::ptrdiff_t>(stay));
  division.retiring.assign(live.rbegin(), live.rend() - static_cast<std::ptrdiff_t>(stay));
  return division;
}

const SetOrder* order_of(const std::optional<RuntimeOrders>& orders, const SetId& set) {
  if (!orders) return nullptr;
  const auto found =
      std::ranges::find_if(orders->sets, [&](const SetOrder& order) { return order.snapshot.set == set; });
  return found == orders->sets.end() ? nullptr : &*found;
}

std::uint32_t wanted_of(const std::optional<RuntimeOrders>& orders, const SetId& set, std::uint32_t now) {
  if (!orders) return now;
  const SetOrder* order = order_of(orders, set);
  return order == nullptr ? 0 : order->replicas;
}

const Workload* workload_in(const Cluster& cluster, const SetId& set) {
  const auto found = std::ranges::find(cluster.workloads, set, &Workload::set);
  return found == cluster.workloads.end() ? nullptr : &*found;
}

std::uint32_t wished_of(const Cluster& cluster, const SetId& set) {
  const Workload* workload = workload_in(cluster, set);
  if (workload != nullptr) return workload->replicas;
  return static_cast<std::uint32_t>(
      std::ranges::count_if(cluster.pods, [&](const Pod& pod) { return pod.set == set && pod.place && pod.alive(); }));
}

bool may_stop(const Pod& pod, const RuntimeOrders& orders, const Memory& memory, const Moment& now) {
  if (!pod.ready) return true;  // gets no requests
  if (std::ranges::find(orders.released, pod.id()) != orders.released.end()) return true;
  const auto known = memory.pods.find(pod.uid);
  const auto set = memory.sets.find(pod.set);
  const Millis drain = set == memory.sets.end() ? SetMemory{}.drain : set->second.drain;
  return known != memory.pods.end() && known->second.retiring && is_over(drain, known->second.retiring, now);
}

std::set<SetId> sets_in(const std::optional<RuntimeOrders>& orders, const Cluster& cluster) {
  std::set<SetId> sets;
  for (const Workload& workload : cluster.workloads) sets.insert(workload.set);
  for (const Pod& pod : cluster.pods) sets.insert(pod.set);
  if (!orders) return sets;
  for (const SetOrder& order : orders->sets) sets.insert(order.snapshot.set);
  return sets;
}

Memory observed(Memory memory, const std::optional<RuntimeOrders>& orders, const Cluster& cluster, const Moment& now) {
  for (const Pod& pod : cluster.pods) {
    look_at(pod, memory.pods[pod.uid]);
    if (!pod.ending.empty()) memory.sets[pod.set].ending = pod.ending;
  }
  keep_counts(memory, cluster);
  if (orders) {
    for (const SetOrder& order : orders->sets) memory.sets[order.snapshot.set].drain = order.snapshot.workload.drain;
  }
  go_beyond(memory, orders, cluster, now);
  look_at_nodes(memory, orders, cluster);
  retire(memory, orders, cluster, now);
  note_whole(memory, orders, cluster, now);
  std::erase_if(memory.taken, [&](const Uid& uid) {
    return std::ranges::find(cluster.adopted, uid, &Adopted::uid) == cluster.adopted.end();
  });
  const std::set<SetId> sets = sets_in(orders, cluster);
  std::erase_if(memory.sets, [&](const auto& entry) { return !sets.contains(entry.first); });
  return memory;
}

void note_joined(Memory& memory, const InPlace& object) {
  memory.sets[object.set].joined = object.uid;
  memory.nodes.erase(object.batch_label);
}

void note_nodes(Memory& memory, const InPlace& object, std::map<std::string, std::string> values,
                const Cluster& cluster) {
  for (const Pod& pod : cluster.pods) {
    if (pod.place && pod.place->on_node) values.try_emplace(pod.place->node);  // of one that has gone meanwhile
  }
  memory.nodes[object.batch_label] = std::move(values);
}

void note(Memory& memory, const SetId& set, const Result<void>& outcome, const Moment& now) {
  SetMemory& known = memory.sets[set];
  known.failures = outcome.ok() ? 0 : known.failures + 1;
  known.failed = outcome.ok() ? std::nullopt : std::optional(Stamp::of(now));
  const bool told = !outcome.ok() && (outcome.error().code != Errc::conflict || known.failures > kQuietConflicts);
  known.failure = told ? outcome.error().what : "";
}

}  // namespace depops::agent::kubernetes

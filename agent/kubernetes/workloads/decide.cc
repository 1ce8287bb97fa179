#include "agent/kubernetes/workloads/decide.h"

#include <algorithm>
#include <iterator>

#include "agent/kubernetes/workloads/left_behind.h"
#include "shared/rollout/companions.h"

namespace depops::agent::kubernetes {
namespace {

bool is_paused(const SetMemory& known, const Moment& now, const Limits& limits) {
  if (known.failures == 0) return false;
  const unsigned doubled = std::min(known.failures - 1, 20U);
  const Millis pause = std::min<Millis>(limits.first_pause * (1LL << doubled), limits.pause_max);
  return !is_over(pause, known.failed, now);
}

bool holds_nothing(const Cluster& cluster, const Workload& workload) {
  return workload.replicas == 0 &&
         std::ranges::none_of(cluster.pods, [&](const Pod& pod) { return pod.set == workload.set; });
}

class Decision {
 public:
  Decision(const RuntimeOrders& orders, const Cluster& cluster, const Memory& memory, const Moment& now,
           const Limits& limits)
      : orders_(orders), given_(orders), cluster_(cluster), memory_(memory), now_(now), limits_(limits) {}

  std::vector<Act> take() {
    for (const SetOrder& order : orders_.sets) ordered(order);
    for (const Workload& workload : cluster_.workloads) {
      if (order_of(given_, workload.set) == nullptr && !workload.deleting && !paused(workload.set)) shrink(workload, 0);
    }
    for (const InPlace& object : cluster_.in_place) turn(object);
    for (const Adopted& old : cluster_.adopted) adopt(old);
    for (const LeftBehind& left : left_) prune(left);
    forget();
    return std::move(acts_);
  }

 private:
  bool paused(const SetId& set) const {
    const auto known = memory_.sets.find(set);
    return known != memory_.sets.end() && is_paused(known->second, now_, limits_);
  }

  Prepare prepare(const SetOrder& order) const {
    Prepare made{order.snapshot, order.replicas};
    made.height = order.height;
    made.beside = std::ranges::any_of(cluster_.workloads, [&](const Workload& other) {
      const bool own =
          other.service == order.snapshot.service && rollout::companion_in(other.set, other.service).empty();
      return own && other.replicas > 0;
    });
    made.dip = order.dip;
    for (const rollout::Crowd& crowd : order.crowds) made.crowds.push_back({crowd.target, gone_then(order, crowd)});
    std::ranges::copy_if(cluster_.adopted, std::back_inserter(made.adopted),
                         [&](const Adopted& old) { return old.service == order.snapshot.service && old.replicas > 0; });
    return made;
  }

  void turn(const InPlace& object) {
    const bool on_nodes = object.kind == InPlace::Kind::daemon;
    auto act = (on_nodes ? turn_on_nodes : turn_of)(object, orders_, cluster_, memory_, now_);
    if (act && !paused(set_of(*act))) acts_.push_back(std::move(*act));
  }

  // Of a service whose versions take turns in a StatefulSet none is made without looking at it.
  bool in_turn(const SetOrder& order) const {
    const ServiceName& service = order.snapshot.service;
    return in_place_of(cluster_, service) != nullptr && rollout::companion_in(order.snapshot.set, service).empty();
  }

  // What the versions that run now have less of, when their own program has given up so many.
  std::vector<PlannedPods> gone_then(const SetOrder& order, const rollout::Crowd& crowd) const {
    std::vector<PlannedPods> gone;
    for (const SetOrder& other : orders_.sets) {
      const rollout::VersionSnapshot& version = other.snapshot;
      const bool own = rollout::companion_in(version.set, version.service).empty();
      if (version.service != order.snapshot.service || version.set == order.snapshot.set || !own) continue;
      const std::uint32_t left = other.replicas - std::min(other.replicas, crowd.gone);
      add_gone(gone, version.set, other.replicas - left);
      for (const auto& [name, companion] : version.companions)
        add_gone(gone, rollout::companion_set(version.set, name),
                 rollout::companions_for(version, companion, other.replicas) -
                     rollout::companions_for(version, companion, left));
    }
    return gone;
  }

  void add_gone(std::vector<PlannedPods>& gone, const SetId& set, std::uint32_t pods) const {
    const Workload* workload = workload_in(cluster_, set);
    if (workload != nullptr && pods > 0) gone.push_back({workload->needs, pods});
  }

  bool attached(const Workload& workload) const {
    const auto known = memory_.sets.find(workload.set);
    return workload.replicas > 0 || (known != memory_.sets.end() && known->second.attached == workload.uid);
  }

  void ordered(const SetOrder& order) {
    const SetId& set = order.snapshot.set;
    if (!order.snapshot.manifests || paused(set)) return;
    const Workload* workload = workload_in(cluster_, set);
    if (workload == nullptr) {
      if (order.replicas > 0 && !in_turn(order)) acts_.push_back(prepare(order));
      return;
    }
    if (workload->deleting) return;  // somebody else's doing; made anew once it is gone
    if (order.replicas <= workload->replicas) return shrink(*workload, order.replicas);
    if (!attached(*workload)) return acts_.push_back(prepare(order));
    acts_.push_back(Scale{*workload, order.replicas});
  }

  void shrink(const Workload& workload, std::uint32_t wanted) {
    if (workload.replicas <= wanted) return;
    const Division division = divide(cluster_, workload.set, wanted, memory_);
    std::vector<Pod> going;
    for (const Pod* pod : division.retiring) {
      if (pod->owned && may_stop(*pod, orders_, memory_, now_)) going.push_back(*pod);
    }
    // What lives beyond the wish is on its way out already, and pods that are wished for and not there go first.
    const std::size_t live = division.kept.size() + division.retiring.size();
    const auto left = static_cast<std::uint32_t>(live - going.size());
    const std::uint32_t target = std::clamp(left, wanted, workload.replicas);
    if (target == workload.replicas) return;
    if (going.empty()) return acts_.push_back(Scale{workload, target});
    acts_.push_back(Stop{workload, std::move(going), target});
  }

  // Once its service serves without it for as long as requests may take. Scaled up again by somebody it stays so.
  void adopt(const Adopted& old) {
    const auto whole = memory_.whole.find(old.service);
    if (old.replicas == 0 || old.deleting || memory_.taken.contains(old.uid) || whole == memory_.whole.end()) return;
    const auto order = std::ranges::find_if(
        orders_.sets, [&](const SetOrder& one) { return one.snapshot.service == old.service && one.replicas > 0; });
    if (order == orders_.sets.end() || paused(order->snapshot.set)) return;
    if (is_over(order->snapshot.workload.drain, whole->second, now_))
      acts_.push_back(TakeOver{order->snapshot.set, old});
  }

  // What its versions no longer have goes if they say so, and is never counted as history, which goes unasked.
  void prune(const LeftBehind& left) {
    const Workload* workload = workload_in(cluster_, left.set);
    if (paused(left.set) || !may_go(left, orders_, memory_, now_)) return;
    acts_.push_back(Remove{*workload, true});
  }

  bool is_left(const Workload& workload) const {
    return std::ranges::find(left_, workload.set, &LeftBehind::set) != left_.end();
  }

  // The newest sets without instances stay for people to see and go back to; older ones go.
  void forget() {
    // Of each program of a service, so that what is kept of one version is kept of its companions, too.
    std::map<std::pair<ServiceName, std::string>, std::vector<const Workload*>> empty;
    for (const Workload& workload : cluster_.workloads) {
      const bool unused = order_of(given_, workload.set) == nullptr && holds_nothing(cluster_, workload);
      const std::string companion = rollout::companion_in(workload.set, workload.service);
      if (unused && !workload.deleting && !is_left(workload)) empty[{workload.service, companion}].push_back(&workload);
    }
    for (auto& [program, workloads] : empty) {
      std::ranges::sort(workloads, [](const Workload* left, const Workload* right) {
        return std::tuple(right->created, left->set) < std::tuple(left->created, right->set);
      });
      for (std::size_t i = limits_.history; i < workloads.size(); ++i) {
        if (!paused(workloads[i]->set)) acts_.push_back(Remove{*workloads[i]});
      }
    }
  }

  const RuntimeOrders& orders_;
  const std::optional<RuntimeOrders> given_;
  const Cluster& cluster_;
  const Memory& memory_;
  const Moment& now_;
  const Limits& limits_;
  const std::vector<LeftBehind> left_ = left_behind(given_, cluster_);
  std::vector<Act> acts_;
};

struct SetOf {
  const SetId& operator()(const Prepare& call) const { return call.snapshot.set; }
  const SetId& operator()(const TakeOver& call) const { return call.set; }
  const SetId& operator()(const Join& call) const { return call.snapshot.set; }
  const SetId& operator()(const Shift& call) const { return call.object.set; }
  const SetId& operator()(const Clear& call) const { return call.object.set; }
  const SetId& operator()(const Survey& call) const { return call.object.set; }
  const SetId& operator()(const Renew& call) const { return call.object.set; }
  const SetId& operator()(const Park& call) const { return call.object.set; }
  template <typename T>
  const SetId& operator()(const T& call) const {
    return call.workload.set;
  }
};

}  // namespace

std::vector<Act> decide(const RuntimeOrders& orders, const Cluster& cluster, const Memory& memory, const Moment& now,
                        const Limits& limits) {
  return Decision(orders, cluster, memory, now, limits).take();
}

SetId set_of(const Act& act) { return std::visit(SetOf{}, act); }

bool waits(const Memory& memory) {
  const auto changes = [](const auto& entry) { return entry.second.retiring || entry.second.doubtful; };
  return std::ranges::any_of(memory.pods, changes) ||
         std::ranges::any_of(memory.sets, [](const auto& entry) { return entry.second.failures > 0; });
}

}  // namespace depops::agent::kubernetes

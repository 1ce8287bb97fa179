#include "agent/kubernetes/workloads/facts.h"

#include <algorithm>

#include "agent/kubernetes/workloads/adoption.h"
#include "agent/kubernetes/workloads/in_place.h"
#include "agent/kubernetes/workloads/left_behind.h"
#include "shared/rollout/companions.h"

namespace depops::agent::kubernetes {
namespace {

const PodMemory& memory_of(const Pod& pod, const Memory& memory) {
  static const PodMemory kNew;
  const auto known = memory.pods.find(pod.uid);
  return known == memory.pods.end() ? kNew : known->second;
}

EndpointFacts endpoint_of(const Pod& pod, bool retiring, const Memory& memory) {
  EndpointFacts facts{pod.id(), pod.set, pod.host, pod.port, EndpointState::starting, pod.ready_since};
  if (retiring || pod.deleting) {
    facts.state = EndpointState::retiring;
  } else if (pod.ready && !memory_of(pod, memory).doubtful) {
    facts.state = EndpointState::ready;
  } else if (memory_of(pod, memory).was_ready) {
    facts.state = EndpointState::unready;
  }
  return facts;
}

// One set as it is now.
class SetView {
 public:
  SetView(const SetId& set, const std::optional<RuntimeOrders>& orders, const Cluster& cluster, const Memory& memory)
      : set_(set), order_(order_of(orders, set)), workload_(workload_in(cluster, set)), memory_(memory) {
    wanted_ = wanted_of(orders, set, wished_of(cluster, set));
    look_at_place(orders, cluster);
    division_ = divide(cluster, set, wanted_, memory);
    for (const Pod& pod : cluster.pods) {
      if (pod.set == set && !pod.alive()) (pod.deleting ? leaving_ : ended_).push_back(&pod);
    }
    const auto known = memory.sets.find(set);
    if (known != memory.sets.end()) known_ = &known->second;
    const auto back = std::ranges::find_if(cluster.adopted, [&](const Adopted& old) {
      return order_ != nullptr && old.service == order_->snapshot.service && old.replicas > 0 &&
             memory.taken.contains(old.uid);
    });
    if (back != cluster.adopted.end()) back_ = &*back;
  }

  // Of a set that is neither ordered nor has anything nobody is told.
  bool told() const {
    return order_ != nullptr || !division_.kept.empty() || !division_.retiring.empty() || !leaving_.empty() ||
           (workload_ != nullptr && workload_->replicas > 0);
  }

  SetFacts facts(const std::string& outage) const {
    SetFacts facts;
    facts.set = set_;
    facts.desired = wanted_;
    facts.running = static_cast<std::uint32_t>(division_.kept.size());
    facts.ready = static_cast<std::uint32_t>(std::ranges::count_if(
        division_.kept, [this](const Pod* pod) { return pod->ready && !memory_of(*pod, memory_).doubtful; }));
    facts.retiring = static_cast<std::uint32_t>(division_.retiring.size() + leaving_.size());
    if (known_ != nullptr) facts.restarts = known_->restarts;
    for (const Pod* pod : all()) {
      facts.restarts += pod->restarts + (pod->ended ? 1 : 0);
      facts.flaps += memory_of(*pod, memory_).flaps;
    }
    facts.turns = turns_;
    facts.trouble = trouble(outage);
    if (facts.trouble.empty()) facts.trouble = beyond_;
    if (facts.trouble.empty() && back_ != nullptr) facts.trouble = written_back(*back_);
    if (facts.trouble.empty() && facts.flaps > 0)
      facts.trouble = "its pods became unready " + std::to_string(facts.flaps) +
                      " times after they had been ready, and came back; look at what their readiness probe asks for";
    return facts;
  }

  // The pod whose words are told, if none of ours go before them.
  const Pod* speaker() const {
    if (const Pod* pod = held_up()) return pod;
    const std::vector<const Pod*> pods = all();
    const auto ended = std::ranges::find_if(pods, [](const Pod* pod) { return !pod->ending.empty(); });
    return ended == pods.end() ? nullptr : *ended;
  }

  void add_endpoints(std::vector<EndpointFacts>& endpoints) const {
    for (const Pod* pod : division_.kept) endpoints.push_back(endpoint_of(*pod, false, memory_));
    for (const Pod* pod : division_.retiring) endpoints.push_back(endpoint_of(*pod, true, memory_));
    for (const Pod* pod : leaving_) endpoints.push_back(endpoint_of(*pod, true, memory_));
  }

 private:
  // Of a version that is ordered beside those of a StatefulSet, too: it can be nowhere else.
  void look_at_place(const std::optional<RuntimeOrders>& orders, const Cluster& cluster) {
    const InPlace* object = workload_ == nullptr ? in_place_with(cluster, set_) : nullptr;
    if (object != nullptr) turns_ = turns_in(*object);
    if (order_ == nullptr) return;
    const bool own = rollout::companion_in(set_, order_->snapshot.service).empty();
    if (object == nullptr && workload_ == nullptr && own) object = in_place_of(cluster, order_->snapshot.service);
    if (object == nullptr) return;
    if (order_->replicas > 0) no_place_ = too_many(*object, orders_for(*object, orders, cluster));
    if (std::string why = no_room_in(*object); !why.empty()) no_place_ = std::move(why);
    if (set_ == object->set) look_beyond(*object, *orders, cluster);
  }

  static rollout::Turns turns_in(const InPlace& object) {
    return object.kind == InPlace::Kind::daemon ? rollout::Turns::by_need : rollout::Turns::by_place;
  }

  // Nodes make pods anew of the version in the template, whatever is ordered.
  void look_beyond(const InPlace& object, const RuntimeOrders& orders, const Cluster& cluster) {
    const auto size = orders.sizes.find(object.service);
    const bool followed = size != orders.sizes.end() && size->second == object.replicas;
    if (object.kind != InPlace::Kind::daemon || !followed || orders.returning.contains(object.service)) return;
    const std::uint32_t there = wished_of(cluster, set_);
    if (there <= wanted_) return;
    beyond_ = std::to_string(there - wanted_) + " more than the " + std::to_string(wanted_) +
              " ordered pods are of this version, because their nodes made them anew by themselves; they are put back "
              "when another version misses one";
  }

  // What keeps the set from being what was ordered right now goes before what happened in the past.
  std::string trouble(const std::string& outage) const {
    if (order_ != nullptr && !order_->snapshot.manifests)
      return "the version is a process and this site runs Kubernetes; give the service workload.kubernetes with the "
             "manifests that its artifact holds";
    if (known_ != nullptr && !known_->failure.empty()) return known_->failure;
    if (!no_place_.empty()) return no_place_;
    if (workload_ != nullptr && workload_->deleting && order_ != nullptr)
      return "somebody deletes the Deployment " + workload_->key.name.str() + "; it is made again once it is gone";
    if (workload_ != nullptr && !workload_->trouble.empty())
      return "the cluster makes no pods of " + workload_->key.name.str() + ": " + workload_->trouble;
    if (const Pod* pod = held_up()) return pod->trouble;
    if (!outage.empty()) return outage;
    return known_ == nullptr ? "" : known_->ending;
  }

  std::vector<const Pod*> all() const {
    std::vector<const Pod*> pods;
    for (const std::vector<const Pod*>* some : {&division_.kept, &division_.retiring, &leaving_, &ended_})
      pods.insert(pods.end(), some->begin(), some->end());
    return pods;
  }

  const Pod* held_up() const {
    for (const std::vector<const Pod*>* pods : {&division_.kept, &ended_}) {
      for (const Pod* pod : *pods) {
        if (!pod->trouble.empty()) return pod;
      }
    }
    return nullptr;
  }

  SetId set_;
  const SetOrder* order_;
  const Workload* workload_;
  const Memory& memory_;
  std::uint32_t wanted_ = 0;
  Division division_;
  std::vector<const Pod*> leaving_;
  std::vector<const Pod*> ended_;
  const SetMemory* known_ = nullptr;
  rollout::Turns turns_ = rollout::Turns::none;
  std::string no_place_;           // why its StatefulSet or DaemonSet is not touched, or has no pods
  std::string beyond_;             // why there are more pods than ordered
  const Adopted* back_ = nullptr;  // what was taken over from and has pods again
};

}  // namespace

RuntimeFacts facts_of(const std::optional<RuntimeOrders>& orders, const Cluster& cluster, const Memory& memory,
                      const std::string& outage, Instant now) {
  RuntimeFacts facts;
  facts.applied_seq = orders ? orders->seq : 0;
  facts.at = now;
  for (const SetId& set : sets_in(orders, cluster)) {
    const SetView view(set, orders, cluster, memory);
    if (!view.told()) continue;
    facts.sets.push_back(view.facts(outage));
    view.add_endpoints(facts.endpoints);
  }
  facts.left = left_behind(orders, cluster);
  for (const InPlace& object : cluster.in_place) {
    const bool sized =
        object.kind == InPlace::Kind::daemon && object.taken_up && !object.deleting && !object.set.empty();
    if (sized && object.replicas > 0 && no_room_in(object).empty()) facts.sized[object.service] = object.replicas;
  }
  return facts;
}

std::vector<const Pod*> speakers(const std::optional<RuntimeOrders>& orders, const Cluster& cluster,
                                 const Memory& memory) {
  std::vector<const Pod*> pods;
  for (const SetId& set : sets_in(orders, cluster)) {
    const Pod* pod = SetView(set, orders, cluster, memory).speaker();
    if (pod != nullptr) pods.push_back(pod);
  }
  return pods;
}

}  // namespace depops::agent::kubernetes

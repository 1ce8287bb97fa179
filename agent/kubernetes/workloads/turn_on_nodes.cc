#include <algorithm>

#include "agent/kubernetes/workloads/decide.h"

// What is asked of a DaemonSet next. Its controller makes a pod on each node that has none, of the version in the
// template; none of those that are there changes by itself (OnDelete), and which of them go is said here. A pod that
// its node made anew by itself may be one too many of its version: it is put back when another version misses one.
namespace depops::agent::kubernetes {
namespace {

class NextOnNodes {
 public:
  NextOnNodes(const InPlace& object, const RuntimeOrders& orders, const Cluster& cluster, const Memory& memory,
              const Moment& now)
      : object_(object),
        given_(orders),
        cluster_(cluster),
        memory_(memory),
        now_(now),
        back_(returning(orders, object.service)),
        orders_(orders_for(object, orders, cluster)) {
    for (const Pod& pod : cluster.pods) {
      if (pod.place && pod.place->owner == object.uid && pod.alive()) pods_.push_back(&pod);
    }
  }

  std::optional<Act> take() const {
    if (object_.deleting || !object_.taken_up) return std::nullopt;
    return first_of<NextOnNodes>(*this,
                                 {&NextOnNodes::begin, &NextOnNodes::join, &NextOnNodes::park, &NextOnNodes::go_on});
  }

 private:
  std::uint32_t count(const SetId& set) const {
    return static_cast<std::uint32_t>(std::ranges::count_if(pods_, [&](const Pod* pod) { return pod->set == set; }));
  }
  // With what is on its way: nodes without a pod make one of the template's version.
  std::uint32_t missing(const SetId& set) const {
    const auto there = static_cast<std::uint32_t>(pods_.size());
    const std::uint32_t coming = set == object_.set ? object_.replicas - std::min(object_.replicas, there) : 0;
    const std::uint32_t has = count(set) + coming;
    return orders_.of(set) - std::min(orders_.of(set), has);
  }
  bool free(const Pod& pod) const { return may_stop(pod, given_, memory_, now_); }

  // Pods of other versions than the template's that are more than ordered, the first to go first.
  std::vector<const Pod*> spare() const {
    std::vector<const Pod*> found;
    std::set<SetId> sets;
    for (const Pod* pod : pods_) {
      if (pod->set != object_.set) sets.insert(pod->set);
    }
    for (const SetId& set : sets) {
      const Division division = divide(cluster_, set, orders_.of(set), memory_);
      std::ranges::copy_if(division.retiring, std::back_inserter(found),
                           [this](const Pod* pod) { return pod->place && pod->place->owner == object_.uid; });
    }
    std::stable_partition(found.begin(), found.end(), [](const Pod* pod) { return !pod->ready; });
    return found;
  }

  // Of the template's version there are more than ordered, and one of them can go now.
  bool can_put_back() const {
    const Division division = divide(cluster_, object_.set, orders_.of(object_.set), memory_);
    return std::ranges::any_of(division.retiring, [this](const Pod* pod) { return free(*pod); });
  }

  // Another version has the template: on the way back at once, so that whatever comes is what it goes back to.
  std::optional<Act> begin() const {
    if (missing(object_.set) > 0 && back_ == nullptr) return std::nullopt;
    for (const SetOrder& order : given_.sets) {
      const SetId& set = order.snapshot.set;
      if (set == object_.set || !order.snapshot.manifests || !orders_.wanted.contains(set)) continue;
      if (back_ != nullptr && *back_ != set) continue;
      const bool now = back_ != nullptr || (missing(set) > 0 && (count(set) == 0 || can_put_back()));
      if (now) return prepared(order, object_);
    }
    return std::nullopt;
  }

  std::optional<Act> join() const {
    if (object_.parked) return std::nullopt;
    return joined(object_, given_, memory_);
  }

  std::optional<Act> park() const {
    if (orders_.sum > 0 || object_.parked || object_.set.empty()) return std::nullopt;
    if (!std::ranges::all_of(pods_, [this](const Pod* pod) { return free(*pod); })) return std::nullopt;
    return Park{object_};
  }

  // As many as the template's version still misses. On the way back what does not work serves nobody, all of it goes.
  std::optional<Act> go_on() const {
    Renew renew{object_, {}};
    const bool returns = back_ != nullptr && *back_ == object_.set;
    std::uint32_t more = missing(object_.set);
    if (more > 0 && !returns && !surveyed()) return Survey{object_};
    for (const Pod* pod : pods_) {
      if (!returns || pod->set == object_.set || pod->ready) continue;
      renew.pods.push_back(*pod);
      more -= std::min(more, 1U);
    }
    for (const Pod* pod : spare()) {
      if (returns && !pod->ready) continue;
      if (more-- == 0) break;
      if (free(*pod)) renew.pods.push_back(*pod);
    }
    if (renew.pods.empty()) return std::nullopt;
    return renew;
  }

  // Whether the label by which it goes on is known of all nodes with pods.
  bool surveyed() const {
    if (object_.batch_label.empty()) return true;
    const auto known = memory_.nodes.find(object_.batch_label);
    return known != memory_.nodes.end() && std::ranges::all_of(pods_, [&](const Pod* pod) {
             return pod->place->node.empty() || known->second.contains(pod->place->node);
           });
  }

  const InPlace& object_;
  const RuntimeOrders& given_;
  const Cluster& cluster_;
  const Memory& memory_;
  const Moment& now_;
  const SetId* const back_;  // to which the service goes back; null: it does not
  const PlaceOrders orders_;
  std::vector<const Pod*> pods_;
};

}  // namespace

std::optional<Act> turn_on_nodes(const InPlace& object, const RuntimeOrders& orders, const Cluster& cluster,
                                 const Memory& memory, const Moment& now) {
  return NextOnNodes(object, orders, cluster, memory, now).take();
}

}  // namespace depops::agent::kubernetes

#include <algorithm>

#include "agent/kubernetes/workloads/decide.h"

// What is asked of a StatefulSet next. Its controller makes each pod from the partition on into one of the version in
// the template, the last first, and waits for each; how far it goes, and that no pod goes with requests, is said here.
namespace depops::agent::kubernetes {
namespace {

class NextTurn {
 public:
  NextTurn(const InPlace& object, const RuntimeOrders& orders, const Cluster& cluster, const Memory& memory,
           const Moment& now)
      : object_(object),
        given_(orders),
        memory_(memory),
        now_(now),
        back_(returning(orders, object.service)),
        orders_(orders_for(object, orders, cluster)),
        places_(object, cluster) {}

  std::optional<Act> take() const {
    if (object_.deleting || !object_.taken_up || !too_many(object_, orders_).empty()) return std::nullopt;
    if (object_.set.empty() && orders_.sum == 0) return std::nullopt;  // somebody's, until a version takes it over
    return first_of<NextTurn>(*this, {&NextTurn::clear, &NextTurn::shrink, &NextTurn::begin, &NextTurn::grow,
                                      &NextTurn::go_on, &NextTurn::come_to_rest});
  }

 private:
  // How many places of those that stay are still to become the set's.
  std::uint32_t missing(const SetId& set) const {
    const std::uint32_t has = places_.count(set, orders_.size);
    return orders_.of(set) > has ? orders_.of(set) - has : 0;
  }
  bool free(std::uint32_t ordinal) const {
    const Pod* pod = places_.pod(ordinal);
    return pod == nullptr || may_stop(*pod, given_, memory_, now_);
  }

  // Controllers wait for each pod, also for one that will never work (kubernetes#67250).
  std::optional<Act> clear() const {
    for (std::uint32_t i = object_.partition; i < places_.size(); ++i) {
      const Pod* pod = places_.pod(i);
      if (pod != nullptr && pod->set != object_.set && !pod->ready) return Clear{object_, *pod};
    }
    return std::nullopt;
  }

  std::optional<Act> shrink() const {
    std::uint32_t left = object_.replicas;
    while (left > orders_.size && free(left - 1)) --left;
    if (left == object_.replicas) return std::nullopt;
    return Shift{object_, std::min(object_.partition, left), left};
  }

  // Another version has the template's pods as ordered: now it is this one's turn.
  std::optional<Act> begin() const {
    if (missing(object_.set) > 0) return std::nullopt;
    for (const SetOrder& order : given_.sets) {
      const SetId& set = order.snapshot.set;
      if (back_ != nullptr && *back_ != set) continue;
      if (set == object_.set || !order.snapshot.manifests || !orders_.wanted.contains(set)) continue;
      if (missing(set) > 0) return prepared(order, object_);
    }
    return std::nullopt;
  }

  std::optional<Act> grow() const {
    const std::uint32_t more = std::min(orders_.size - std::min(object_.replicas, orders_.size), missing(object_.set));
    if (more == 0) return std::nullopt;
    if (auto first = joined(object_, given_, memory_)) return first;
    return Shift{object_, object_.partition, object_.replicas + more};
  }

  // Down to where enough pods are of the template's version; only those that may stop.
  std::optional<Act> go_on() const {
    std::uint32_t partition = object_.partition;
    std::uint32_t more = missing(object_.set);
    std::map<SetId, std::uint32_t> others;
    while (partition > 0 && more > 0) {
      const SetId& set = places_.set(partition - 1);
      if (set != object_.set) {
        const std::uint32_t kept = places_.count(set, orders_.size) - others[set];
        if (kept <= orders_.of(set) || !free(partition - 1)) break;
        others[set] += 1;
        more -= 1;
      }
      partition -= 1;
    }
    if (back_ != nullptr && *back_ == object_.set && waits()) partition = past_broken(partition);
    if (partition == object_.partition) return std::nullopt;
    if (auto first = joined(object_, given_, memory_)) return first;
    return Shift{object_, partition, object_.replicas};
  }

  // The template's version has not all the pods that it should have.
  bool waits() const {
    if (missing(object_.set) > 0) return true;
    for (std::uint32_t i = object_.partition; i < places_.size(); ++i) {
      if (places_.pod(i) == nullptr) return true;
    }
    return false;
  }

  // On the way back what is left behind and does not work serves nobody, but the controller begins with the first place
  // and would wait for it.
  std::uint32_t past_broken(std::uint32_t partition) const {
    for (; partition > 0; --partition) {
      const Pod* pod = places_.pod(partition - 1);
      if (places_.set(partition - 1) != object_.set && pod != nullptr && pod->ready) break;
    }
    return partition;
  }

  // All pods are of the template's version: whatever comes is.
  std::optional<Act> come_to_rest() const {
    if (object_.partition == 0 || object_.replicas == 0) return std::nullopt;
    for (std::uint32_t i = 0; i < object_.partition; ++i) {
      if (places_.pod(i) == nullptr || places_.set(i) != object_.set) return std::nullopt;
    }
    return Shift{object_, 0, object_.replicas};
  }

  const InPlace& object_;
  const RuntimeOrders& given_;
  const Memory& memory_;
  const Moment& now_;
  const SetId* const back_;  // to which the service goes back; null: it does not
  const PlaceOrders orders_;
  const Places places_;
};

}  // namespace

Prepare prepared(const SetOrder& order, const InPlace& object) {
  Prepare made{order.snapshot, order.replicas};
  made.in_place = object;
  made.height = order.height;
  made.dip = order.dip;
  return made;
}

// What its pods refer to is there before any of them is.
std::optional<Act> joined(const InPlace& object, const RuntimeOrders& orders, const Memory& memory) {
  const auto known = memory.sets.find(object.set);
  if (known != memory.sets.end() && known->second.joined == object.uid) return std::nullopt;
  const SetOrder* order = nullptr;
  for (const SetOrder& one : orders.sets) order = one.snapshot.set == object.set ? &one : order;
  if (order == nullptr || !order->snapshot.manifests) return std::nullopt;
  return Join{order->snapshot, object};
}

std::optional<Act> turn_of(const InPlace& object, const RuntimeOrders& orders, const Cluster& cluster,
                           const Memory& memory, const Moment& now) {
  return NextTurn(object, orders, cluster, memory, now).take();
}

}  // namespace depops::agent::kubernetes

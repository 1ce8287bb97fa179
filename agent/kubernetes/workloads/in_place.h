#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/kubernetes/workloads/memory.h"

// A StatefulSet or DaemonSet of a service, one for all of its versions. Of a StatefulSet pods have names, addresses and
// volumes that stay; the version in its template has those from the partition on, the ones below it stay what they are.
// A DaemonSet has a pod on each node that it fits; the version in its template has whichever is made anew. Pure.
namespace depops::agent::kubernetes {

// Who has the place of each pod of a StatefulSet.
class Places {
 public:
  Places(const InPlace& object, const Cluster& cluster);
  // Pre: ordinal < size().
  const SetId& set(std::uint32_t ordinal) const { return sets_[ordinal]; }
  const Pod* pod(std::uint32_t ordinal) const { return pods_[ordinal]; }  // null: there is none that lives
  std::uint32_t size() const { return static_cast<std::uint32_t>(sets_.size()); }
  std::uint32_t count(const SetId& set, std::uint32_t below) const;

 private:
  std::vector<SetId> sets_;
  std::vector<const Pod*> pods_;
};

// What is ordered of the versions of its service.
struct PlaceOrders {
  std::map<SetId, std::uint32_t> wanted;  // instances; nothing of versions that are Deployments
  std::uint32_t size = 0;                 // pods that it should have
  std::uint32_t sum = 0;                  // of what is wanted
  std::uint32_t of(const SetId& set) const;
};
PlaceOrders orders_for(const InPlace& object, const std::optional<RuntimeOrders>& orders, const Cluster& cluster);
// The version to which the service goes back; null: it does not.
const SetId* returning(const RuntimeOrders& orders, const ServiceName& service);

// More instances are ordered than a StatefulSet has places; nothing is touched then. Words for people; empty: they fit.
std::string too_many(const InPlace& object, const PlaceOrders& orders);

const InPlace* in_place_of(const Cluster& cluster, const ServiceName& service);
// The one in which instances of the set are or should be, by what is seen; null: there is none.
const InPlace* in_place_with(const Cluster& cluster, const SetId& set);

// Of the object alone: why no pod of it can run now. Words for people; empty: nothing.
std::string no_room_in(const InPlace& object);
InPlace::Kind kind_of(const json::Value& workload);  // pre: is_in_place(workload)
// "DaemonSet logs"
std::string named(const InPlace& object);

// What a watch keeps of one, and what that means.
json::Value keep_of_stateful_set(const json::Value& object);
json::Value keep_of_daemon_set(const json::Value& object);
InPlace in_place_of(const Seen& seen);

}  // namespace depops::agent::kubernetes

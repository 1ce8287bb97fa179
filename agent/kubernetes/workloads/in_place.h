#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/kubernetes/workloads/memory.h"

// A StatefulSet of a service, one for all of its versions: its pods have names, addresses and volumes that stay. The
// version in its template has the pods from the partition on; those below it stay what they are. Pure.
namespace depops::agent::kubernetes {

// Who has the place of each pod.
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
};
PlaceOrders orders_for(const InPlace& object, const std::optional<RuntimeOrders>& orders, const Cluster& cluster);

// More instances are ordered than there are places; nothing is touched then. Words for people; empty: they fit.
std::string too_many(const InPlace& object, const PlaceOrders& orders);

const InPlace* in_place_of(const Cluster& cluster, const ServiceName& service);
// The one in which instances of the set are or should be, by what is seen; null: there is none.
const InPlace* in_place_with(const Cluster& cluster, const SetId& set);

// What a watch keeps of a StatefulSet, and what that means.
json::Value keep_of_in_place(const json::Value& object);
InPlace in_place_of(const Seen& seen);

}  // namespace depops::agent::kubernetes

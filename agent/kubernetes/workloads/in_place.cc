#include "agent/kubernetes/workloads/in_place.h"

#include <algorithm>

#include "agent/kubernetes/api/labels.h"
#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/nodes.h"
#include "agent/kubernetes/manifests/removals.h"
#include "agent/kubernetes/manifests/version_objects.h"
#include "shared/rollout/companions.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::uint64_t kPodsMost = 10'000;  // of one object
constexpr std::uint32_t kNodesMost = 1'000;  // as many instances as a service can have

std::uint32_t few(const json::Value& number) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(number.as_uint(), kPodsMost));
}

json::Value keep_of_both(const json::Value& object) {
  const json::Value& meta = object["metadata"];
  json::Value kept;
  kept.add("service", meta["labels"][kServiceLabel]);
  kept.add("set", at(object, {"spec", "template", "metadata", "labels", kSetLabel}));
  kept.add("seen", object["status"]["observedGeneration"].as_int() >= meta["generation"].as_int());
  kept.add("adopt", meta["labels"][kAdoptLabel]);
  if (!meta["annotations"][kRemoveAnnotation].is_null()) kept.add("removes", meta["annotations"][kRemoveAnnotation]);
  return kept;
}

}  // namespace

Places::Places(const InPlace& object, const Cluster& cluster) {
  pods_.resize(object.replicas, nullptr);
  for (const Pod& pod : cluster.pods) {
    if (pod.place && pod.place->owner == object.uid && pod.place->ordinal < pods_.size() && pod.alive())
      pods_[pod.place->ordinal] = &pod;
  }
  for (std::uint32_t i = 0; i < pods_.size(); ++i) {
    if (i >= object.partition) {
      sets_.push_back(object.set);
    } else {
      sets_.push_back(pods_[i] != nullptr ? pods_[i]->set : object.before);
    }
  }
}

std::uint32_t Places::count(const SetId& set, std::uint32_t below) const {
  const auto end = sets_.begin() + std::min<std::ptrdiff_t>(below, std::ssize(sets_));
  return static_cast<std::uint32_t>(std::count(sets_.begin(), end, set));
}

std::uint32_t PlaceOrders::of(const SetId& set) const {
  const auto found = wanted.find(set);
  return found == wanted.end() ? 0 : found->second;
}

PlaceOrders orders_for(const InPlace& object, const std::optional<RuntimeOrders>& orders, const Cluster& cluster) {
  PlaceOrders found;
  if (!orders) return found;
  for (const SetOrder& order : orders->sets) {
    const SetId& set = order.snapshot.set;
    const bool own = order.snapshot.service == object.service && rollout::companion_in(set, object.service).empty();
    if (!own || workload_in(cluster, set) != nullptr) continue;
    found.wanted[set] = order.replicas;
    found.sum += order.replicas;
  }
  const auto size = orders->sizes.find(object.service);
  found.size = std::max(size == orders->sizes.end() ? 0 : size->second, std::min(found.sum, object.replicas));
  if (size == orders->sizes.end() || size->second == 0) found.size = found.sum;
  if (found.wanted.empty()) found.size = 0;
  return found;
}

const SetId* returning(const RuntimeOrders& orders, const ServiceName& service) {
  const auto found = orders.returning.find(service);
  return found == orders.returning.end() ? nullptr : &found->second;
}

std::string too_many(const InPlace& object, const PlaceOrders& orders) {
  if (object.kind == InPlace::Kind::daemon) return "";
  const std::uint32_t most = std::max(orders.size, object.replicas);
  if (orders.sum <= most) return "";
  return "the StatefulSet " + object.key.name.str() + " has a place for " + std::to_string(most) + " pods and " +
         std::to_string(orders.sum) + " are ordered of its versions together; nothing is changed: use maxSurge: 0";
}

const InPlace* in_place_of(const Cluster& cluster, const ServiceName& service) {
  const auto found = std::ranges::find(cluster.in_place, service, &InPlace::service);
  return found == cluster.in_place.end() ? nullptr : &*found;
}

const InPlace* in_place_with(const Cluster& cluster, const SetId& set) {
  for (const InPlace& object : cluster.in_place) {
    if (object.set == set) return &object;
    const bool has = std::ranges::any_of(
        cluster.pods, [&](const Pod& pod) { return pod.set == set && pod.place && pod.place->owner == object.uid; });
    if (has) return &object;
  }
  return nullptr;
}

InPlace::Kind kind_of(const json::Value& workload) {
  return is_daemon_set(workload) ? InPlace::Kind::daemon : InPlace::Kind::stateful;
}

std::string named(const InPlace& object) {
  return (object.kind == InPlace::Kind::daemon ? "DaemonSet " : "StatefulSet ") + object.key.name.str();
}

std::string no_room_in(const InPlace& object) {
  if (object.deleting) return "somebody deletes the " + named(object) + "; it is made again once it is gone";
  if (object.kind == InPlace::Kind::stateful || object.parked || !object.taken_up) return "";
  if (object.replicas == 0)
    return "no node takes a pod of the " + named(object) + "; look at its nodeSelector, affinity and tolerations";
  if (object.replicas > kNodesMost)
    return "the " + named(object) + " fits " + std::to_string(object.replicas) +
           " nodes, and a service has at most 1,000 instances; make it several services by nodeSelector";
  return "";
}

json::Value keep_of_stateful_set(const json::Value& object) {
  const json::Value& spec = object["spec"];
  json::Value kept = keep_of_both(object);
  kept.add("before", object["metadata"]["annotations"][kBeforeAnnotation]).add("replicas", spec["replicas"]);
  kept.add("partition", spec["updateStrategy"]["rollingUpdate"]["partition"]);
  return kept.add("revision", object["status"]["updateRevision"]);
}

json::Value keep_of_daemon_set(const json::Value& object) {
  json::Value kept = keep_of_both(object);
  kept.add("nodes", object["status"]["desiredNumberScheduled"].as_uint());
  kept.add("parked", is_parked(object["spec"]["template"]));
  return kept.add("batch", object["metadata"]["annotations"][kBatchLabelAnnotation]);
}

InPlace in_place_of(const Seen& seen) {
  const json::Value& kept = seen.kept;
  InPlace object;
  object.key = seen.meta.key;
  object.uid = seen.meta.uid;
  object.service = ServiceName(kept["service"].as_string());
  object.set = SetId(kept["set"].as_string());
  object.before = SetId(kept["before"].as_string());
  object.kind = kept["nodes"].is_null() ? InPlace::Kind::stateful : InPlace::Kind::daemon;
  object.replicas = few(object.kind == InPlace::Kind::daemon ? kept["nodes"] : kept["replicas"]);
  object.parked = kept["parked"].as_bool();
  object.batch_label = kept["batch"].as_string();
  object.partition = std::min(few(kept["partition"]), object.replicas);
  object.taken_up = kept["seen"].as_bool();
  object.revision = kept["revision"].as_string();
  object.deleting = seen.meta.deleting;
  object.adopt = kept["adopt"].as_string() == kAdoptYes;
  object.removes = removals_in(kept["removes"].as_string());
  return object;
}

}  // namespace depops::agent::kubernetes

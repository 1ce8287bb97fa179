#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/kubernetes/api/names.h"
#include "agent/kubernetes/watch/store.h"
#include "agent/kubernetes/words/words.h"
#include "agent/kubernetes/workloads/quota.h"
#include "shared/base/moment.h"
#include "shared/base/names.h"

// What stands in the cluster of ours, as values. Of each object only what is read here is kept in memory.
namespace depops::agent::kubernetes {

// One set's Deployment.
struct Workload {
  ObjectKey key;
  Uid uid;
  SetId set;
  ServiceName service;
  Instant created{};
  std::uint32_t replicas = 0;  // wished for
  bool deleting = false;
  std::string trouble;              // why the cluster makes no pods: quota, admission
  PodNeeds needs;                   // of one of its pods
  ResourceVersion version{};        // as it was read
  std::set<std::string> removes{};  // what its version says goes (manifests/removals.h)
  bool operator==(const Workload&) const = default;
};

// A StatefulSet or DaemonSet of a service (in_place.h).
struct InPlace {
  enum class Kind { stateful, daemon };
  Kind kind = Kind::stateful;
  ObjectKey key;
  Uid uid;
  ServiceName service;
  SetId set;     // in its template; empty: of somebody else, to be adopted
  SetId before;  // that had the pods before, and has those below the partition that are not there right now
  std::uint32_t replicas = 0;  // of a DaemonSet: nodes on which its controller wants a pod
  std::uint32_t partition = 0;
  bool parked = false;        // of a DaemonSet: it has no version and no pods
  std::string batch_label{};  // of a DaemonSet: of nodes, whose pods with one value go together
  bool taken_up = false;      // its controller has seen what was written last
  std::string revision;       // name of the ControllerRevision of the template
  bool deleting = false;
  bool adopt = false;               // people say so
  std::set<std::string> removes{};  // what the version in its template says goes
  bool operator==(const InPlace&) const = default;
};

// Of a pod of a StatefulSet, or of a DaemonSet.
struct Place {
  Uid owner;
  std::uint32_t ordinal = 0;
  bool on_node = false;  // of a DaemonSet
  std::string node{};    // empty: it has none yet
  bool operator==(const Place&) const = default;
};

// A Deployment of somebody else that a service takes over from (adoption.h).
struct Adopted {
  ObjectKey key;
  Uid uid;
  ServiceName service;
  std::uint32_t replicas = 0;
  std::string scaled_by;  // who wrote that number last
  bool deleting = false;
  bool operator==(const Adopted&) const = default;
};

struct Pod {
  ObjectKey key;
  Uid uid;
  SetId set;
  std::string host;  // its address; empty until it has one
  std::uint16_t port = 0;
  bool running = false;  // all of its containers
  bool ready = false;
  bool deleting = false;
  bool ended = false;          // and will not run again
  bool marked = false;         // as the first to go
  bool owned = false;          // by a ReplicaSet of the set's Deployment
  std::uint32_t restarts = 0;  // of all of its containers
  std::optional<Instant> ready_since;
  Instant created{};
  std::string trouble;  // for people; empty: all is well
  std::string ending;   // how a container last ended by itself
  std::optional<Voice> voice{};
  std::optional<Place> place{};
  bool operator==(const Pod&) const = default;

  // Another one after each restart: what an endpoint was told or counted before does not hold for the new process. Pods
  // of a StatefulSet have the names of those before them, so theirs have the beginning of the uid.
  EndpointId id() const;
  bool alive() const { return !deleting && !ended; }
};

struct Cluster {
  std::vector<Workload> workloads;
  std::vector<Pod> pods;
  std::vector<Adopted> adopted{};
  std::vector<InPlace> in_place{};
};

// What a watch keeps of an object, and what that means.
json::Value keep_of_deployment(const json::Value& object);
json::Value keep_of_pod(const json::Value& object);
Workload workload_of(const Seen& seen);
Adopted adopted_of(const Seen& seen);
void add_deployment(Cluster& cluster, const Seen& seen);  // one that is neither a set nor to be adopted is left alone
Pod pod_of(const Seen& seen);

// "2026-11-26T15:00:00Z", also with a fraction; nothing if it is no such text.
std::optional<Instant> instant_of(const std::string& text);

}  // namespace depops::agent::kubernetes

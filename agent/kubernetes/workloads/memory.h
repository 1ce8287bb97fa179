#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/kubernetes/workloads/cluster.h"
#include "agent/ports/runtime.h"
#include "shared/base/result.h"

// What the agent remembers about its sets between two looks at the cluster. Nothing of it is durable: what an agent
// that starts again must know stands in the cluster, and a drain that begins anew is only longer.
namespace depops::agent::kubernetes {

struct PodMemory {
  SetId set;
  bool was_ready = false;
  bool ready = false;
  std::uint32_t restarts = 0;
  std::uint32_t flaps = 0;
  bool ended = false;
  std::optional<Stamp> retiring{};
  bool told = false;              // its StatefulSet's controller is to end it
  bool beyond = false;            // or will be: it goes whatever else stays
  std::optional<Stamp> spared{};  // was told to go and is wanted again
  bool doubtful = false;          // and that is so new that its end may be on its way: nobody counts on it
  std::string batch{};            // in a DaemonSet: the value of its node's label
  bool returns = false;           // in a DaemonSet: its service goes back from its version
};

struct SetMemory {
  std::uint32_t restarts = 0;     // of pods that are gone
  std::string ending;             // how one last ended by itself
  Millis drain{30'000};           // as last ordered
  std::optional<Uid> attached{};  // the life of its Deployment for which all that its pods refer to was made
  std::optional<Uid> joined{};    // likewise, of its StatefulSet, as long as it is ordered
  unsigned failures = 0;          // of calls, one after another
  std::string failure;
  std::optional<Stamp> failed{};
};

struct Memory {
  std::map<Uid, PodMemory> pods;
  std::map<SetId, SetMemory> sets;
  std::map<ServiceName, Stamp> whole{};  // services at rest whose pods are all ready, since when
  std::set<Uid> taken{};                 // adopted Deployments that were scaled to nothing
  std::map<std::string, std::map<std::string, std::string>> nodes{};  // by a label its value of each node
};

// A set's pods that live, divided: those that stay, in the order in which they are worth keeping, and those that are
// too many, the first to go first. The same question gives the same answer, also to an agent that has just started.
struct Division {
  std::vector<const Pod*> kept;
  std::vector<const Pod*> retiring;
};
Division divide(const Cluster& cluster, const SetId& set, std::uint32_t replicas, const Memory& memory);

// How many instances a set should have. Before there are any orders: as many as it has.
std::uint32_t wanted_of(const std::optional<RuntimeOrders>& orders, const SetId& set, std::uint32_t now);

const SetOrder* order_of(const std::optional<RuntimeOrders>& orders, const SetId& set);
const Workload* workload_in(const Cluster& cluster, const SetId& set);

// How many instances it has by the wish of the cluster.
std::uint32_t wished_of(const Cluster& cluster, const SetId& set);

// Every set that is ordered or of which something is there.
std::set<SetId> sets_in(const std::optional<RuntimeOrders>& orders, const Cluster& cluster);

// Whether it gets no requests any more, or none that would not be over by now.
bool may_stop(const Pod& pod, const RuntimeOrders& orders, const Memory& memory, const Moment& now);

// What is remembered after a look at the cluster.
Memory observed(Memory memory, const std::optional<RuntimeOrders>& orders, const Cluster& cluster, const Moment& now);

// What the pods of the version in its template refer to is there; nodes are read anew for each version.
void note_joined(Memory& memory, const InPlace& object);
// By node its value of the label by which the object goes on.
void note_nodes(Memory& memory, const InPlace& object, std::map<std::string, std::string> values,
                const Cluster& cluster);

// What a call for a set came to. People are not told of a conflict unless it stays: the next look decides again.
void note(Memory& memory, const SetId& set, const Result<void>& outcome, const Moment& now);

}  // namespace depops::agent::kubernetes

#pragma once

#include <initializer_list>
#include <variant>

#include "agent/kubernetes/workloads/in_place.h"
#include "agent/kubernetes/workloads/memory.h"

// Decides what is asked of the cluster next. Pure: the same orders, cluster and memory give the same acts, and after
// any part of them was carried out the rest is decided again from what then is there.
namespace depops::agent::kubernetes {

struct Limits {
  unsigned history = 2;     // sets without instances that are kept for each service, the newest ones
  Millis first_pause{500};  // after a call that failed; doubled with each one in a row
  Millis pause_max{60'000};
};

// Pods of both versions at one moment of a rollout.
struct Together {
  std::uint32_t target = 0;         // of the new version's own program
  std::vector<PlannedPods> gone{};  // of what runs now, companions too
};

// What the set needs is made, without instances: its Deployment, what its pods refer to. Of a version in a StatefulSet
// or DaemonSet that is made without pods, or its template becomes this version's and no pod does.
struct Prepare {
  rollout::VersionSnapshot snapshot;
  std::uint32_t replicas = 0;         // that it gets next
  std::vector<Adopted> adopted{};     // from which its service takes over
  std::optional<InPlace> in_place{};  // the StatefulSet or DaemonSet of its service
  bool beside = false;                // versions of its service that are Deployments have instances
  std::uint32_t height = 0;           // pods at the rollout's height, beside all that run now; 0: not known
  std::vector<Together> crowds{};     // instead, where both versions change in turns
  std::optional<rollout::Dip> dip{};  // what it leaves at its lowest
};
// What the pods of the version in its template refer to.
struct Join {
  rollout::VersionSnapshot snapshot;
  InPlace object;
};
// Other pods become of the version in its template, or it has more or fewer of them.
struct Shift {
  InPlace object;
  std::uint32_t partition = 0;
  std::uint32_t replicas = 0;
};
// A pod that would keep its StatefulSet from going on: it does not work and its place is another version's.
struct Clear {
  InPlace object;
  Pod pod;
};
// Of the label by which a DaemonSet goes on its value of each node.
struct Survey {
  InPlace object;
};
// These very pods of a DaemonSet go: their nodes make them anew, of the version in its template.
struct Renew {
  InPlace object;
  std::vector<Pod> pods;
};
// A DaemonSet is no version's any more, and has no pods.
struct Park {
  InPlace object;
};
// More instances, or fewer if those that go do not exist yet.
struct Scale {
  Workload workload;
  std::uint32_t replicas = 0;
};
// These very pods go, and with them the wish for so many.
struct Stop {
  Workload workload;
  std::vector<Pod> pods;
  std::uint32_t replicas = 0;
};
// A set without instances that nobody needs.
struct Remove {
  Workload workload;
  bool as_read = false;  // and only if nobody wrote to it since
};
// What ran before there were versions gives up all its pods.
struct TakeOver {
  SetId set;  // what serves instead
  Adopted from;
};
using Act = std::variant<Prepare, Scale, Stop, Remove, TakeOver, Join, Shift, Clear, Survey, Renew, Park>;

std::vector<Act> decide(const RuntimeOrders& orders, const Cluster& cluster, const Memory& memory, const Moment& now,
                        const Limits& limits);

// What is asked of a StatefulSet (turn.cc) or a DaemonSet (turn_on_nodes.cc) next; nothing: it is as ordered, or waits.
std::optional<Act> turn_of(const InPlace& object, const RuntimeOrders& orders, const Cluster& cluster,
                           const Memory& memory, const Moment& now);
std::optional<Act> turn_on_nodes(const InPlace& object, const RuntimeOrders& orders, const Cluster& cluster,
                                 const Memory& memory, const Moment& now);

// What the pods of the version in the template of `object` refer to is still to be made; nothing: it is there.
std::optional<Act> joined(const InPlace& object, const RuntimeOrders& orders, const Memory& memory);
Prepare prepared(const SetOrder& order, const InPlace& object);

// What the first part of a turn asks for that asks for anything.
template <typename Turn>
std::optional<Act> first_of(const Turn& turn, std::initializer_list<std::optional<Act> (Turn::*)() const> parts) {
  for (const auto part : parts) {
    if (auto act = (turn.*part)()) return act;
  }
  return std::nullopt;
}

SetId set_of(const Act& act);

// Whether time alone changes what is decided: a drain that ends, a pause after a failure.
bool waits(const Memory& memory);

}  // namespace depops::agent::kubernetes

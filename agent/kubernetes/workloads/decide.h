#pragma once

#include <variant>

#include "agent/kubernetes/workloads/memory.h"

// Decides what is asked of the cluster next. Pure: the same orders, cluster and memory give the same acts, and after
// any part of them was carried out the rest is decided again from what then is there.
namespace depops::agent::kubernetes {

struct Limits {
  unsigned history = 2;     // sets without instances that are kept for each service, the newest ones
  Millis first_pause{500};  // after a call that failed; doubled with each one in a row
  Millis pause_max{60'000};
};

// What the set needs is made, without instances: its Deployment, what its pods refer to.
struct Prepare {
  rollout::VersionSnapshot snapshot;
  std::uint32_t replicas = 0;      // that it gets next
  std::vector<Adopted> adopted{};  // from which its service takes over
  std::uint32_t height = 0;        // pods at the rollout's height, beside all that run now; 0: not known
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
};
// What ran before there were versions gives up all its pods.
struct TakeOver {
  SetId set;  // what serves instead
  Adopted from;
};
using Act = std::variant<Prepare, Scale, Stop, Remove, TakeOver>;

std::vector<Act> decide(const RuntimeOrders& orders, const Cluster& cluster, const Memory& memory, const Moment& now,
                        const Limits& limits);

SetId set_of(const Act& act);

// Whether time alone changes what is decided: a drain that ends, a pause after a failure.
bool waits(const Memory& memory);

}  // namespace depops::agent::kubernetes

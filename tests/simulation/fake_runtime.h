#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/ports/runtime.h"
#include "tests/simulation/profile.h"
#include "tests/simulation/rng.h"

namespace depops::simulation {

// What runs at the site. Instances outlive the agent; the adapter's memory of orders does not.
class FakeRuntime {
 public:
  struct Instance {
    EndpointId id;
    SetId set;
    agent::EndpointState state = agent::EndpointState::starting;
    Millis since{0};  // boottime of the last change of state
    Millis drain{0};
    std::optional<Instant> ready_at;
    std::uint16_t port = 0;
  };

  FakeRuntime(Rng& rng, const Profiles& profiles) : rng_(rng), profiles_(profiles) {}

  void apply(const agent::RuntimeOrders& orders, Millis boottime);
  void advance(const Moment& now, Millis step);
  void adapter_restarted();
  void crash_one(const Moment& now);
  agent::RuntimeFacts facts(const Moment& now) const;
  bool changed();  // since the last facts were taken

  const std::vector<Instance>& instances() const { return instances_; }
  std::uint32_t serving(const SetId& set) const;  // ready and not retiring
  // Instances that were stopped although released was wrong: filled by advance, for the invariants.
  std::vector<EndpointId> take_stopped();

 private:
  void take_up(const agent::RuntimeOrders& orders, Millis boottime);
  void scale(const agent::SetOrder& order, Millis boottime);
  void retire(Instance& instance, Millis boottime, Millis drain);
  void spawn(const agent::SetOrder& order, Millis boottime);

  Rng& rng_;
  const Profiles& profiles_;
  std::vector<Instance> instances_;
  std::optional<agent::RuntimeOrders> pending_;
  Millis due_{0};
  agent::RuntimeOrders orders_;
  std::map<SetId, std::uint32_t> restarts_;
  std::uint64_t applied_ = 0;
  std::uint32_t spawned_ = 0;
  bool changed_ = true;
  std::vector<EndpointId> stopped_;
};

}  // namespace depops::simulation

#pragma once

#include <cstdint>

#include "shared/rollout/plan.h"

// Rolling arithmetic as Kubernetes does it: how many instances of the new and of the old set there should be now.
namespace depops::rollout {

struct Bounds {
  std::uint32_t surge = 0;        // instances above N that may exist
  std::uint32_t unavailable = 0;  // instances below N that may be missing; never more than N
};

// Percentages of N: surge rounds up, unavailable down. Both 0 would never move: then one may be unavailable.
Bounds bounds_of(const CountOrPercent& surge, const CountOrPercent& unavailable, std::uint32_t n);

// Those of the plan's strategy; a canary's count where no router divides by weight.
Bounds bounds_of_plan(const Plan& plan, std::uint32_t n);

struct Side {
  std::uint32_t spec = 0;       // as ordered
  std::uint32_t available = 0;  // of these, able to take requests
};

// Next spec of the new set: grows into N + surge, falls to N if it is above.
std::uint32_t next_new(std::uint32_t n, const Bounds& bounds, std::uint32_t new_spec, std::uint32_t old_spec);

// Next spec of the old set: unavailable instances go first, then available ones as long as N - unavailable remain.
std::uint32_t next_old(std::uint32_t n, const Bounds& bounds, const Side& new_side, const Side& old_side);

// Share of the requests in percent that `part` instances of `part + rest` should get: 0 if part is 0, 100 if rest is 0,
// else within 1..99, rounded to nearest.
std::uint32_t share_of(std::uint32_t part, std::uint32_t rest);

// Instances that `percent` of the requests need when n carry all of them: at least 1 above 0 percent, at most n.
std::uint32_t instances_for(std::uint32_t percent, std::uint32_t n);

}  // namespace depops::rollout

#pragma once

#include <cstdint>
#include <vector>

#include "shared/rollout/record.h"

// Where both versions change in turns (batches, dynamicStableScale): how many there are of both at once, step by step.
namespace depops::rollout {

struct Crowd {
  std::uint32_t target = 0;
  std::uint32_t gone = 0;  // of the stable instances that run before the first step
  bool operator==(const Crowd&) const = default;
};

// Every moment on the way forward of which no other one has as many of the target and has given up as little; empty:
// the versions do not change in turns, or nothing goes forward. Stable gives instances up only in a step that waits,
// when requests were given a drain time to end: a step that waits for people counts as long enough, an analysis with
// its duration. `weights`: a router divides requests by weight.
std::vector<Crowd> crowds_of(const Record& record, bool weights);

}  // namespace depops::rollout

#pragma once

#include <cstdint>
#include <vector>

// A workload that is resized in mid-rollout: every set keeps its share, as Kubernetes does it.
namespace depops::rollout {

struct SizedSet {
  std::uint32_t spec = 0;
  std::uint32_t most = 0;  // n + surge when it was last sized
};

// The sizes for n + surge instances in all, in the order given: newest set first. What rounding leaves over goes to the
// largest set, the newest of equals when growing, the oldest when shrinking. A set that is alone takes exactly n.
std::vector<std::uint32_t> resized(std::uint32_t n, std::uint32_t surge, const std::vector<SizedSet>& sets);

// What was seen of a workload between two looks.
struct Seen {
  std::uint32_t replicas = 0;  // of all sets
  std::uint32_t updated = 0;   // of the newest
  std::uint32_t ready = 0;
  std::uint32_t available = 0;
};

// Something moved on: more of the newest set, fewer of the others, more ready or more available.
bool moved_on(const Seen& before, const Seen& now) noexcept;

// All n are of the newest set, there is no other instance, and all are available.
bool all_updated(const Seen& now, std::uint32_t n) noexcept;

}  // namespace depops::rollout

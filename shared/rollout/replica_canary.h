#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "shared/rollout/rolling.h"

// How many instances of the stable version and of the canary there should be now, as Argo Rollouts computes it.
namespace depops::rollout {

struct Counts {
  std::uint32_t stable = 0;
  std::uint32_t canary = 0;
  bool operator==(const Counts&) const = default;
};

// Without a router the share of instances is the share of requests: the split of n (or n + 1 with a surge) instances
// that comes nearest to `weight` of `whole`. Both have at least one between the ends if there are two to give.
Counts split_by_ratio(std::uint32_t n, std::uint64_t weight, std::uint32_t surge, std::uint64_t whole = 100);

struct RatioCanary {
  std::uint32_t n = 0;
  std::uint32_t weight = 0;  // percent; 100 also when all remaining steps are skipped
  Bounds bounds;
  std::optional<Side> stable;  // nothing: the first deployment, or the canary is the stable version
  Side canary;
  std::uint32_t older = 0;  // instances of sets before the stable one: they go first
};

// The next counts on the way there: stable grows first, then the canary, within n + surge. A set shrinks only as long
// as n - unavailable instances stay available: going up the stable one, going down the canary.
Counts next_by_ratio(const RatioCanary& now);

// Instances of a set that count as there when something is to be taken away: never more than were ordered.
std::uint32_t counted_for_shrinking(const Side& side, bool whatever_is_available);

struct RoutedWeights {
  std::uint32_t canary = 0;  // percent, as the router has it now
  std::uint32_t stable = 100;
};

struct RoutedCanary {
  std::uint32_t n = 0;
  std::uint32_t weight = 0;                // percent that is wanted
  std::optional<std::uint32_t> instances;  // setScale: so many, whatever the weight
  std::uint32_t least = 0;                 // instances of a set that has any; never more than n
  bool dynamic_stable = false;             // stable follows its share instead of staying whole
  bool aborting = false;
  std::optional<RoutedWeights> actual;
};

// With a router. Dynamic stable: the larger of what is wanted and what still has requests, on both sides when aborting.
Counts counts_with_router(const RoutedCanary& now);

// Instances for `weight` of `whole` when n carry all of it, rounded up.
std::uint32_t instances_for_weight(std::uint32_t n, std::uint64_t weight, std::uint64_t whole = 100);

// Going back by the steps: the largest of their weights below `weight`, 0 if there is none.
std::uint32_t weight_below(const std::vector<std::uint32_t>& steps, std::uint32_t weight);

// The canary's weight while going back: what the stable version can not carry yet, never more than it has now.
std::uint32_t weight_on_abort(std::uint32_t now, std::uint32_t n, std::uint32_t stable_available);

}  // namespace depops::rollout

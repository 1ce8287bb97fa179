#include "shared/rollout/replica_canary.h"

#include <algorithm>

namespace depops::rollout {
namespace {

using Signed = std::int64_t;

struct Split {
  std::uint64_t canary = 0;
  std::uint64_t total = 0;
};

// |canary / total - weight / whole|, times total * whole * other: comparable without fractions.
std::uint64_t distance(const Split& split, std::uint64_t weight, std::uint64_t whole, std::uint64_t other) {
  const std::uint64_t have = split.canary * whole;
  const std::uint64_t want = weight * split.total;
  return (have > want ? have - want : want - have) * other;
}

bool half_way(std::uint64_t total, std::uint64_t weight, std::uint64_t whole) {
  return 2 * (total * weight % whole) == whole;
}

std::vector<Split> candidates(std::uint64_t n, std::uint64_t weight, std::uint32_t surge, std::uint64_t whole) {
  const std::uint64_t up = (n * weight + whole - 1) / whole;
  const std::uint64_t down = n * weight / whole;
  const bool may_be_none = weight == 0 || weight == whole || (n == 1 && surge == 0);
  std::vector<Split> found;
  if (up < n || may_be_none) found.push_back({up, n});
  if (!half_way(n, weight, whole) && (down > 0 || may_be_none)) found.push_back({down, n});
  if (surge == 0) return found;
  found.push_back({up, n + 1});
  if (!half_way(n + 1, weight, whole) && (down > 0 || may_be_none)) found.push_back({down, n + 1});
  return found;
}

// Takes what it may of `room` to grow towards `wanted`.
void grow(Signed& spec, Signed wanted, Signed& room) {
  if (wanted <= spec || room <= 0) return;
  const Signed more = std::min(wanted - spec, room);
  spec += more;
  room -= more;
}

struct Pair {
  Signed shrinking = 0;  // the set on its way out
  Signed keeping = 0;
};

// What was ordered at once may be more than n + surge; then the keeping set gives way, but not below what must stay
// available, and the shrinking one for the rest.
Pair within(Pair next, Signed shrinking_available, Signed keeping_available, Signed most, Signed least) {
  const Signed over = std::max<Signed>(0, next.shrinking + next.keeping - most);
  next.keeping -= over;
  const Signed available = std::min(shrinking_available, next.shrinking) + std::min(keeping_available, next.keeping);
  const Signed lost = std::max<Signed>(0, keeping_available - next.keeping);
  next.keeping += std::min(lost, std::max<Signed>(0, least - available));
  next.shrinking -= std::max<Signed>(0, next.shrinking + next.keeping - most);
  return next;
}

struct Targets {
  Signed stable = 0;
  Signed canary = 0;
};

Targets targets_of(const RatioCanary& now) {
  if (!now.stable) return {0, now.n};
  const Counts split = split_by_ratio(now.n, now.weight, now.bounds.surge);
  return {split.stable, split.canary};
}

Counts as_counts(Signed stable, Signed canary) {
  return {static_cast<std::uint32_t>(std::max<Signed>(0, stable)),
          static_cast<std::uint32_t>(std::max<Signed>(0, canary))};
}

// The last part of next_by_ratio: what may be taken away. `grown`: the counts so far.
Counts shrink(const RatioCanary& now, const Targets& target, const Targets& grown) {
  const Side stable = now.stable.value_or(Side{});
  const bool rising = target.canary >= Signed{now.canary.spec};
  const Signed least = Signed{now.n} - now.bounds.unavailable;
  const Signed most = Signed{now.n} + now.bounds.surge;
  const Signed there =
      Signed{counted_for_shrinking(now.canary, !rising)} + Signed{counted_for_shrinking(stable, rising)};
  if (there <= least) return as_counts(grown.stable, grown.canary);
  const auto shrunk = [&](Signed spec, Signed wanted, Signed as_it_is) {
    return spec > wanted ? std::max(wanted, spec - (there - least)) : as_it_is;
  };
  if (!rising) {
    const Pair next = within({shrunk(now.canary.spec, target.canary, grown.canary), grown.stable}, now.canary.available,
                             stable.available, most, least);
    return as_counts(next.keeping, next.shrinking);
  }
  if (!now.stable) return as_counts(grown.stable, grown.canary);
  const Pair next = within({shrunk(stable.spec, target.stable, grown.stable), grown.canary}, stable.available,
                           now.canary.available, most, least);
  return as_counts(next.shrinking, next.keeping);
}

std::uint32_t at_least(std::uint32_t count, const RoutedCanary& now) {
  return count == 0 ? 0 : std::max(count, std::min(now.least, now.n));
}

}  // namespace

Counts split_by_ratio(std::uint32_t n, std::uint64_t weight, std::uint32_t surge, std::uint64_t whole) {
  const std::vector<Split> all = n == 0 ? std::vector<Split>{} : candidates(n, weight, surge, whole);
  if (all.empty()) return {n, 0};
  Split best = all.front();
  for (const Split& one : all) {
    if (distance(one, weight, whole, best.total) < distance(best, weight, whole, one.total)) best = one;
  }
  return {static_cast<std::uint32_t>(best.total - best.canary), static_cast<std::uint32_t>(best.canary)};
}

std::uint32_t counted_for_shrinking(const Side& side, bool whatever_is_available) {
  return whatever_is_available ? side.spec : std::min(side.available, side.spec);
}

Counts next_by_ratio(const RatioCanary& now) {
  const Targets target = targets_of(now);
  Targets next{now.stable ? Signed{now.stable->spec} : 0, now.canary.spec};
  Signed room = Signed{now.n} + now.bounds.surge - next.stable - next.canary - now.older;
  if (now.stable) grow(next.stable, target.stable, room);
  grow(next.canary, target.canary, room);
  return now.older > 0 ? as_counts(next.stable, next.canary) : shrink(now, target, next);
}

std::uint32_t instances_for_weight(std::uint32_t n, std::uint64_t weight, std::uint64_t whole) {
  return static_cast<std::uint32_t>((std::uint64_t{n} * weight + whole - 1) / whole);
}

Counts counts_with_router(const RoutedCanary& now) {
  Counts counts{now.n, now.instances.value_or(at_least(instances_for_weight(now.n, now.weight), now))};
  if (!now.dynamic_stable) return counts;
  counts.stable = instances_for_weight(now.n, 100 - std::min(now.weight, 100U));
  if (now.actual) {
    counts.stable = std::max(counts.stable, instances_for_weight(now.n, now.actual->stable));
    const std::uint32_t serving = instances_for_weight(now.n, now.actual->canary);
    if (now.aborting) counts.canary = std::max(counts.canary, serving);
  }
  return {at_least(counts.stable, now), now.instances ? counts.canary : at_least(counts.canary, now)};
}

std::uint32_t weight_below(const std::vector<std::uint32_t>& steps, std::uint32_t weight) {
  std::uint32_t below = 0;
  for (const std::uint32_t step : steps) {
    if (step < weight) below = std::max(below, step);
  }
  return below;
}

std::uint32_t weight_on_abort(std::uint32_t now, std::uint32_t n, std::uint32_t stable_available) {
  if (n == 0) return 0;
  const std::uint64_t carried = std::uint64_t{100} * std::min(stable_available, n) / n;
  return std::min(now, static_cast<std::uint32_t>(100 - carried));
}

}  // namespace depops::rollout

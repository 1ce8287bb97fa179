#include "shared/rollout/rolling.h"

#include <algorithm>

namespace depops::rollout {
namespace {

std::uint32_t resolved(const CountOrPercent& amount, std::uint32_t n, bool up) {
  if (!amount.percent) return amount.value;
  const std::uint64_t hundredths = std::uint64_t{amount.value} * n + (up ? 99 : 0);
  return static_cast<std::uint32_t>(hundredths / 100);
}

}  // namespace

Bounds bounds_of(const CountOrPercent& surge, const CountOrPercent& unavailable, std::uint32_t n) {
  Bounds bounds{resolved(surge, n, true), resolved(unavailable, n, false)};
  if (bounds.surge == 0 && bounds.unavailable == 0) bounds.unavailable = 1;
  bounds.unavailable = std::min(bounds.unavailable, std::max(n, 1U));
  return bounds;
}

Bounds bounds_of_plan(const Plan& plan, std::uint32_t n) {
  if (const auto* rolling = std::get_if<Rolling>(&plan.strategy))
    return bounds_of(rolling->max_surge, rolling->max_unavailable, n);
  const auto& canary = std::get<Canary>(plan.strategy);
  return bounds_of(canary.max_surge, canary.max_unavailable, n);
}

std::uint32_t next_new(std::uint32_t n, const Bounds& bounds, std::uint32_t new_spec, std::uint32_t old_spec) {
  if (new_spec >= n) return n;
  const std::uint32_t most = n + bounds.surge;
  const std::uint32_t total = new_spec + old_spec;
  if (total >= most) return new_spec;
  return new_spec + std::min(most - total, n - new_spec);
}

std::uint32_t next_old(std::uint32_t n, const Bounds& bounds, const Side& new_side, const Side& old_side) {
  const std::int64_t least = std::int64_t{n} - bounds.unavailable;
  const std::int64_t total = std::int64_t{new_side.spec} + old_side.spec;
  const std::int64_t missing = std::int64_t{new_side.spec} - std::min(new_side.available, new_side.spec);
  const std::int64_t most_down = total - least - missing;
  if (most_down <= 0) return old_side.spec;
  const std::int64_t healthy = std::min(old_side.available, old_side.spec);
  const std::int64_t cleaned = std::min(old_side.spec - healthy, most_down);
  const std::int64_t left = old_side.spec - cleaned;
  const std::int64_t spare = healthy + std::min(new_side.available, new_side.spec) - least;
  if (spare <= 0) return static_cast<std::uint32_t>(left);
  return static_cast<std::uint32_t>(left - std::min({left, spare, most_down - cleaned}));
}

std::uint32_t share_of(std::uint32_t part, std::uint32_t rest) {
  if (part == 0) return 0;
  if (rest == 0) return 100;
  const std::uint64_t total = std::uint64_t{part} + rest;
  const std::uint64_t percent = (200ULL * part + total) / (2 * total);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(percent, 1, 99));
}

std::uint32_t instances_for(std::uint32_t percent, std::uint32_t n) {
  const std::uint64_t exact = (std::uint64_t{percent} * n + 99) / 100;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(exact, n));
}

}  // namespace depops::rollout

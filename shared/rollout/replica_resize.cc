#include "shared/rollout/replica_resize.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace depops::rollout {
namespace {

using Signed = std::int64_t;

std::vector<std::size_t> active_of(const std::vector<SizedSet>& sets) {
  std::vector<std::size_t> active;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (sets[i].spec > 0) active.push_back(i);
  }
  return active;
}

// Largest first; of equals the newest when growing, the oldest when shrinking.
std::vector<std::size_t> by_size(const std::vector<SizedSet>& sets, bool growing) {
  std::vector<std::size_t> order = active_of(sets);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (sets[a].spec != sets[b].spec) return sets[a].spec > sets[b].spec;
    return growing ? a < b : a > b;
  });
  return order;
}

// How much a set's share grows or shrinks, half away from zero.
Signed change_of(const SizedSet& set, Signed most, std::uint32_t n) {
  if (n == 0) return -Signed{set.spec};
  const double scaled = static_cast<double>(set.spec) * static_cast<double>(most) / static_cast<double>(set.most);
  return static_cast<Signed>(std::round(scaled)) - Signed{set.spec};
}

}  // namespace

std::vector<std::uint32_t> resized(std::uint32_t n, std::uint32_t surge, const std::vector<SizedSet>& sets) {
  std::vector<std::uint32_t> sizes;
  for (const SizedSet& set : sets) sizes.push_back(set.spec);
  const std::vector<std::size_t> active = active_of(sets);
  if (active.size() <= 1) {
    if (!sets.empty()) sizes[active.empty() ? 0 : active.front()] = n;
    return sizes;
  }
  const Signed most = n == 0 ? 0 : Signed{n} + surge;
  const Signed to_add = most - std::accumulate(sizes.begin(), sizes.end(), Signed{0});
  if (to_add == 0) return sizes;
  const std::vector<std::size_t> order = by_size(sets, to_add > 0);
  Signed left = to_add;
  for (const std::size_t i : order) {
    const Signed wanted = sets[i].most == 0 ? 0 : change_of(sets[i], most, n);
    const Signed change = to_add > 0 ? std::min(wanted, left) : std::max(wanted, left);
    sizes[i] = static_cast<std::uint32_t>(std::max<Signed>(0, Signed{sizes[i]} + change));
    left -= change;
  }
  std::uint32_t& largest = sizes[order.front()];
  largest = static_cast<std::uint32_t>(std::max<Signed>(0, Signed{largest} + left));
  return sizes;
}

bool moved_on(const Seen& before, const Seen& now) noexcept {
  const Signed others_before = Signed{before.replicas} - before.updated;
  const Signed others_now = Signed{now.replicas} - now.updated;
  return now.updated > before.updated || others_now < others_before || now.ready > before.ready ||
         now.available > before.available;
}

bool all_updated(const Seen& now, std::uint32_t n) noexcept {
  return now.updated == n && now.replicas == n && now.available == n;
}

}  // namespace depops::rollout

#include "agent/haproxy/choose_weights.h"

#include <algorithm>
#include <cmath>

namespace depops::agent::haproxy {
namespace {

constexpr double kMaxWeight = 256;
constexpr double kGoodEnough = 0.005;  // half a percent of the requests

// The largest difference between wanted and given share when every set has its
// weights.
double error_of(const std::vector<SetNeed>& needs, const std::vector<SetWeight>& weights, double total_percent) {
  double sum = 0;
  for (const SetWeight& set : weights) sum += double(set.weight) * set.active;
  if (sum == 0) return 1;
  double worst = 0;
  for (std::size_t i = 0; i < needs.size(); ++i) {
    const double wanted = needs[i].servers == 0 ? 0 : needs[i].percent / total_percent;
    worst = std::max(worst, std::abs(double(weights[i].weight) * weights[i].active / sum - wanted));
  }
  return worst;
}

// Best weights when `active` servers of each set take part.
std::vector<SetWeight> best_scale(const std::vector<SetNeed>& needs, std::vector<SetWeight> active, double total,
                                  double& error) {
  double largest = 0;
  for (std::size_t i = 0; i < needs.size(); ++i) {
    if (active[i].active > 0) largest = std::max(largest, double(needs[i].percent) / active[i].active);
  }
  std::vector<SetWeight> best = active;
  error = 2;
  for (double scale = kMaxWeight; scale >= 1; --scale) {
    for (std::size_t i = 0; i < needs.size(); ++i) {
      if (active[i].active == 0 || needs[i].percent == 0) continue;
      const double exact = scale * (double(needs[i].percent) / active[i].active) / largest;
      active[i].weight = static_cast<std::uint32_t>(std::max(1.0, std::round(exact)));
    }
    const double found = error_of(needs, active, total);
    if (found >= error) continue;
    error = found;
    best = active;
  }
  return best;
}

}  // namespace

std::vector<SetWeight> choose_weights(const std::vector<SetNeed>& needs) {
  std::vector<SetWeight> active;
  double total = 0;
  for (const SetNeed& need : needs) {
    active.push_back({0, need.percent == 0 ? 0 : need.servers});
    if (need.servers > 0) total += need.percent;
  }
  if (total == 0) return active;
  double error = 0;
  std::vector<SetWeight> best = best_scale(needs, active, total, error);
  // Too coarse: let fewer servers of the smallest share take part, one by one.
  while (error > kGoodEnough) {
    std::size_t smallest = needs.size();
    for (std::size_t i = 0; i < needs.size(); ++i) {
      const bool can = active[i].active > 1;
      if (can && (smallest == needs.size() || needs[i].percent < needs[smallest].percent)) smallest = i;
    }
    if (smallest == needs.size()) break;
    active[smallest].active -= 1;
    double fewer_error = 0;
    std::vector<SetWeight> fewer = best_scale(needs, active, total, fewer_error);
    if (fewer_error >= error) break;
    error = fewer_error;
    best = std::move(fewer);
  }
  return best;
}

}  // namespace depops::agent::haproxy

#include "hub/dora/statistics.h"

#include <algorithm>
#include <cmath>

#include "shared/base/check.h"

namespace depops::hub::dora {
namespace {

constexpr double kZ95 = 1.959963984540054;  // two-sided 95 % point of the normal distribution

}  // namespace

std::optional<double> quantile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return std::nullopt;
  const double position = static_cast<double>(sorted.size() - 1) * q;
  const auto below = static_cast<std::size_t>(std::floor(position));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = position - static_cast<double>(below);
  return sorted[below] + (sorted[above] - sorted[below]) * share;
}

Interval wilson(std::uint64_t k, std::uint64_t n) {
  DEPOPS_CHECK(n > 0 && k <= n);
  const double trials = static_cast<double>(n);
  const double share = static_cast<double>(k) / trials;
  const double z2 = kZ95 * kZ95;
  const double centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const double half = kZ95 * std::sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials)) / (1 + z2 / trials);
  // At the ends the formula gives exactly 0 and 1 but for rounding.
  return {k == 0 ? 0.0 : centre - half, k == n ? 1.0 : centre + half};
}

}  // namespace depops::hub::dora

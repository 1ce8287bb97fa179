#include "shared/analysis/mann_whitney.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "shared/analysis/normal.h"
#include "shared/analysis/root.h"

namespace depops::analysis {
namespace {

constexpr double kRootTolerance = 1e-4;

std::vector<std::size_t> order_of(const Samples& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

struct Ranking {
  Samples ranks;
  double ties = 0;  // sum of t^3 - t over groups of equal values
};

Ranking ranking_of(const Samples& values) {
  const std::vector<std::size_t> order = order_of(values);
  Ranking ranking{Samples(values.size()), 0};
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) ++last;
    const double rank = static_cast<double>(first + last) / 2 + 1;
    for (std::size_t i = first; i <= last; ++i) ranking.ranks[order[i]] = rank;
    const auto group = static_cast<double>(last - first + 1);
    ranking.ties += group * group * group - group;
    first = last + 1;
  }
  return ranking;
}

double sign_of(double value) { return value > 0 ? 1 : value < 0 ? -1 : 0; }

}  // namespace

Samples ranks_of(const Samples& values) { return ranking_of(values).ranks; }

Result<double> wilcoxon_difference(const Samples& experiment, const Samples& control, double mu, double quantile) {
  Samples values = experiment;
  for (double& value : values) value -= mu;
  values.insert(values.end(), control.begin(), control.end());
  const Ranking ranking = ranking_of(values);
  const auto m = static_cast<double>(experiment.size());
  const auto n = static_cast<double>(control.size());
  const auto end = ranking.ranks.begin() + static_cast<std::ptrdiff_t>(experiment.size());
  const double off = std::accumulate(ranking.ranks.begin(), end, 0.0) - m * (m + 1) / 2 - m * n / 2;
  const double deviation = std::sqrt(m * n / 12 * (m + n + 1 - ranking.ties / ((m + n) * (m + n - 1))));
  if (!(deviation > 0)) return Error{Errc::invalid, "all values are equal: there is no confidence interval"};
  return (off - sign_of(off) / 2) / deviation - quantile;
}

Result<Shift> shift_of(const Samples& experiment, const Samples& control, double confidence) {
  const auto [x_min, x_max] = std::minmax_element(experiment.begin(), experiment.end());
  const auto [y_min, y_max] = std::minmax_element(control.begin(), control.end());
  const double low = *x_min - *y_max;
  const double high = *x_max - *y_min;
  const auto root = [&](double quantile) -> Result<double> {
    DEPOPS_TRY(const double at_low, wilcoxon_difference(experiment, control, low, quantile));
    DEPOPS_TRY(const double at_high, wilcoxon_difference(experiment, control, high, quantile));
    if (at_low <= 0) return low;
    if (at_high >= 0) return high;
    const auto difference = [&](double mu) {
      const auto value = wilcoxon_difference(experiment, control, mu, quantile);
      return value.ok() ? value.value() : 0;
    };
    return root_of(difference, low, high, kRootTolerance);
  };
  const double z = normal_quantile((1 - confidence) / 2);
  DEPOPS_TRY(const double ci_low, root(-z));
  DEPOPS_TRY(const double ci_high, root(z));
  DEPOPS_TRY(const double estimate, root(0));
  return Shift{ci_low, ci_high, estimate};
}

}  // namespace depops::analysis

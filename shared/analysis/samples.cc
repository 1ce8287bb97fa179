#include "shared/analysis/samples.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "shared/analysis/mann_whitney.h"

namespace depops::analysis {

double mean_of(const Samples& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Summary summary_of(const Samples& values) {
  if (values.empty()) return {};
  const auto [min, max] = std::minmax_element(values.begin(), values.end());
  Summary summary{*min, *max, mean_of(values), 0, values.size()};
  double squares = 0;
  for (const double value : values) squares += (value - summary.mean) * (value - summary.mean);
  if (values.size() > 1) summary.deviation = std::sqrt(squares / static_cast<double>(values.size() - 1));
  return summary;
}

double percentile(Samples values, double p) {
  std::sort(values.begin(), values.end());
  const double at = p / 100 * static_cast<double>(values.size() - 1);
  const double below = std::floor(at);
  const auto index = static_cast<std::size_t>(below);
  const std::size_t next = std::min(index + 1, values.size() - 1);
  return values[index] + (at - below) * (values[next] - values[index]);
}

Samples without_nan(const Samples& values) {
  Samples kept;
  std::copy_if(values.begin(), values.end(), std::back_inserter(kept), [](double value) { return !std::isnan(value); });
  return kept;
}

Samples with_nan_as(const Samples& values, double replacement) {
  Samples replaced = values;
  std::replace_if(
      replaced.begin(), replaced.end(), [](double value) { return std::isnan(value); }, replacement);
  return replaced;
}

std::vector<bool> outliers_by_deviation(const Samples& values, double k) {
  const Summary summary = summary_of(values);
  std::vector<bool> flags;
  for (const double value : values) flags.push_back(std::abs(value - summary.mean) > k * summary.deviation);
  return flags;
}

std::vector<bool> outliers_by_quartiles(const Samples& values, double factor, bool lenient) {
  if (values.empty()) return {};
  const double lower = percentile(values, 25);
  const double upper = percentile(values, 75);
  double least = lower - factor * (upper - lower);
  double most = upper + factor * (upper - lower);
  if (lenient) {
    least = std::min(least, percentile(values, 1));
    most = std::max(most, percentile(values, 99));
  }
  std::vector<bool> flags;
  for (const double value : values) flags.push_back(value < least || value > most);
  return flags;
}

Samples without(const Samples& values, const std::vector<bool>& flagged) {
  Samples kept;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!flagged[i]) kept.push_back(values[i]);
  }
  return kept;
}

double mean_ratio(const Samples& experiment, const Samples& control) {
  const double x = mean_of(experiment);
  const double y = mean_of(control);
  return x == 0 || y == 0 ? std::numeric_limits<double>::quiet_NaN() : x / y;
}

double cohen_d(const Samples& experiment, const Samples& control) {
  const Summary x = summary_of(experiment);
  const Summary y = summary_of(control);
  const auto m = static_cast<double>(x.count) - 1;
  const auto n = static_cast<double>(y.count) - 1;
  return (x.mean - y.mean) / std::sqrt((m * x.deviation * x.deviation + n * y.deviation * y.deviation) / (m + n));
}

double cles(const Samples& experiment, const Samples& control) {
  Samples both = experiment;
  both.insert(both.end(), control.begin(), control.end());
  const Samples ranks = ranks_of(both);
  const auto end = ranks.begin() + static_cast<std::ptrdiff_t>(experiment.size());
  const auto m = static_cast<double>(experiment.size());
  const auto n = static_cast<double>(control.size());
  return (2 * std::accumulate(ranks.begin(), end, 0.0) - m * (m + 1)) / (2 * m * n);
}

}  // namespace depops::analysis

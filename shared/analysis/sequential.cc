#include "shared/analysis/sequential.h"

#include <algorithm>
#include <cmath>

namespace depops::analysis {
namespace {

void add_window(GridLog& copy, const Window& window, double theta, const SequentialSettings& settings) {
  const double base = canary_share(settings.tolerated_ratio, theta);
  const auto canary_errors = static_cast<double>(window.canary.errors);
  const auto stable_errors = static_cast<double>(window.stable.errors);
  for (std::size_t i = 0; i < kRatioGrid.size(); ++i) {
    const double share = canary_share(settings.tolerated_ratio * kRatioGrid[i], theta);
    const double gain = canary_errors * std::log(share / base) + stable_errors * std::log((1 - share) / (1 - base));
    copy[i] += gain / settings.dispersion;
  }
}

double mean_ratio(const GridLog& copy) {
  double sum = 0;
  for (const double log_ratio : copy) sum += std::exp(log_ratio);
  return sum / static_cast<double>(copy.size());
}

// Copies that have not started yet stand at 1 each.
double mixture(const std::vector<GridLog>& copies, std::uint32_t restarts) {
  double sum = static_cast<double>(restarts) - static_cast<double>(copies.size());
  for (const GridLog& copy : copies) sum += mean_ratio(copy);
  return sum / static_cast<double>(restarts);
}

}  // namespace

double canary_share(double ratio, double theta) noexcept { return ratio * theta / (1 - theta + ratio * theta); }

SequentialState observe(SequentialState state, const Window& window, const SequentialSettings& settings) {
  if (state.windows % settings.every == 0 && state.copies.size() < settings.restarts) state.copies.push_back(GridLog{});
  ++state.windows;
  const auto canary = static_cast<double>(window.canary.requests);
  const auto stable = static_cast<double>(window.stable.requests);
  const bool tells_nothing = window.canary.errors + window.stable.errors == 0;
  if (tells_nothing || canary <= 0 || stable <= 0) return state;
  const double theta = canary / (canary + stable);
  for (GridLog& copy : state.copies) add_window(copy, window, theta, settings);
  state.evidence = mixture(state.copies, settings.restarts);
  state.evidence_max = std::max(state.evidence_max, state.evidence);
  return state;
}

}  // namespace depops::analysis

#include "shared/analysis/sequential.h"

#include <algorithm>
#include <cmath>

namespace depops::analysis {
namespace {

// Copies that have not started yet stand at 1 each.
double mixture(const std::vector<GridLog>& copies, const SequentialSettings& settings) {
  double sum = static_cast<double>(settings.restarts) - static_cast<double>(copies.size());
  for (const GridLog& copy : copies) sum += mean_evidence(copy, settings.dispersion);
  return sum / static_cast<double>(settings.restarts);
}

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

}  // namespace

bool starts_copy(std::uint64_t windows_before, std::size_t copies, const SequentialSettings& settings) noexcept {
  return windows_before % settings.every == 0 && copies < settings.restarts;
}

SequentialState observe(SequentialState state, const Window& window, const SequentialSettings& settings) {
  if (starts_copy(state.windows, state.copies.size(), settings)) state.copies.push_back(GridLog{});
  ++state.windows;
  GridLog gain{};
  add_window(gain, window, kRatioGrid, settings.tolerated_ratio, settings.tolerated_ratio);
  for (GridLog& copy : state.copies) {
    for (std::size_t i = 0; i < copy.size(); ++i) copy[i] += gain[i];
  }
  state.evidence = mixture(state.copies, settings);
  state.evidence_max = std::max(state.evidence_max, state.evidence);
  return state;
}

std::size_t size_of(const SequentialState& state) noexcept {
  return sizeof(SequentialState) + state.copies.size() * sizeof(GridLog);
}

double beta_evidence(std::uint64_t canary_errors, std::uint64_t stable_errors, double theta, double kappa) noexcept {
  const auto x = static_cast<double>(canary_errors);
  const auto y = static_cast<double>(stable_errors);
  const double a = kappa * theta;
  const double b = kappa * (1 - theta);
  const double log_e = log_beta(a + x, b + y) - log_beta(a, b) - x * std::log(theta) - y * std::log(1 - theta);
  return std::exp(std::min(log_e, kLogMax));
}

}  // namespace depops::analysis

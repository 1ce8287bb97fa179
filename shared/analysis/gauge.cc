#include "shared/analysis/gauge.h"

#include <algorithm>
#include <cmath>

#include "shared/analysis/likelihood.h"
#include "shared/analysis/normal.h"

namespace depops::analysis {
namespace {

// The standardised mean as a normal would have it (Wallace): the deviation is only known from n values, and in few
// windows it is often far too small.
double normal_score(double mean, double deviation, double n) {
  const double t = mean / deviation * std::sqrt(n);
  const double free = n - 1;
  const double z = (8 * free + 1) / (8 * free + 3) * std::sqrt(free * std::log1p(t * t / free));
  return t < 0 ? -z : z;
}

double evidence(const GaugeState& state, const GaugeSettings& settings) {
  if (state.windows < kGaugeWindowsMin) return 1;
  const auto n = static_cast<double>(state.windows);
  const double deviation = std::sqrt(state.squares / (n - 1));
  // Values that never move: every window says the same, and a difference is one.
  const bool frozen = deviation <= 1e-12 * std::max(std::abs(state.canary_mean), std::abs(state.stable_mean));
  if (frozen && state.mean <= 0) return 1;
  const double sum = std::sqrt(n) * (frozen ? 40 : normal_score(state.mean, deviation, n));
  const double r = best_precision(settings.best_around, 2 * settings.alpha);
  return evidence_of(log_mixture_one_sided(sum, n, r), 1);
}

}  // namespace

GaugeState observe(GaugeState state, double canary, double stable, const GaugeSettings& settings) {
  const double limit = settings.lower_is_worse ? stable / settings.tolerated_ratio : stable * settings.tolerated_ratio;
  const double worse = settings.lower_is_worse ? limit - canary : canary - limit;
  ++state.windows;
  const auto n = static_cast<double>(state.windows);
  const double step = worse - state.mean;
  state.mean += step / n;
  state.squares += step * (worse - state.mean);
  state.canary_mean += (canary - state.canary_mean) / n;
  state.stable_mean += (stable - state.stable_mean) / n;
  state.evidence = evidence(state, settings);
  state.evidence_max = std::max(state.evidence_max, state.evidence);
  return state;
}

}  // namespace depops::analysis

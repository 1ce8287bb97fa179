#include "shared/analysis/cdf_band.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace depops::analysis {
namespace {

// The chance that the band with constant c is ever left, bounded with geometric epochs of ratio eta.
double leaving(double c, double a, double eta) {
  const double root = a - std::sqrt(2 * (eta - 1) / c);
  const double gamma = 2 / eta * root * root;
  if (root <= 0 || gamma <= 1) return std::numeric_limits<double>::infinity();
  return 4 * std::exp(-gamma * c) * (1 + 1 / ((gamma - 1) * std::log(eta)));
}

double leaving(double c, double a) {
  constexpr int kSteps = 4'000;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 1; i < kSteps; ++i) {
    least = std::min(least, leaving(c, a, 1 + (2 * a * a - 1) * i / kSteps));
  }
  return least;
}

double constant_for(double alpha, double a) {
  double low = 1;
  double high = 100;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (leaving(middle, a) > alpha ? low : high) = middle;
  }
  return high;
}

double share_up_to(const std::vector<double>& sorted, double x) {
  const auto above = std::upper_bound(sorted.begin(), sorted.end(), x);
  return static_cast<double>(above - sorted.begin()) / static_cast<double>(sorted.size());
}

}  // namespace

double band_half_width(double t, double alpha, const BandSettings& settings) {
  const double c = constant_for(alpha, settings.a);
  return settings.a * std::sqrt((std::log(1 + std::log(t / settings.t_min)) + c) / t);
}

BandGap largest_gap(std::vector<double> canary, std::vector<double> stable, double alpha,
                    const BandSettings& settings) {
  BandGap found;
  found.limit = band_half_width(static_cast<double>(canary.size()), alpha / 2, settings) +
                band_half_width(static_cast<double>(stable.size()), alpha / 2, settings);
  std::sort(canary.begin(), canary.end());
  std::sort(stable.begin(), stable.end());
  for (const double x : stable) {
    const double gap = share_up_to(stable, x) - share_up_to(canary, x);
    if (gap > found.gap) found = {gap, x, found.limit};
  }
  return found;
}

}  // namespace depops::analysis

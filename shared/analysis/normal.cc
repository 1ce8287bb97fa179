#include "shared/analysis/normal.h"

#include <cmath>
#include <numbers>

namespace depops::analysis {
namespace {

// The argument at which a rising function reaches `value`.
template <typename Function>
double inverse(const Function& rising, double value, double low, double high) {
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (rising(middle) < value ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

double normal_cdf(double z) noexcept { return std::erfc(-z / std::numbers::sqrt2) / 2; }

double log_normal_cdf(double z) noexcept {
  if (z > -30) return std::log(normal_cdf(z));
  return -z * z / 2 - std::log(-z) - std::log(2 * std::numbers::pi) / 2;  // its leading term far out
}

double normal_quantile(double p) {
  if (p > 0.5) return -normal_quantile(1 - p);
  return inverse(normal_cdf, p, -40, 0);
}

double best_precision(double v, double alpha) {
  const double twice = 2 * std::log(1 / alpha);
  return v / (twice + std::log(1 + twice));
}

double log_mixture_two_sided(double s, double v, double r) noexcept {
  return std::log(r / (v + r)) / 2 + s * s / (2 * (v + r));
}

double log_mixture_one_sided(double s, double v, double r) noexcept {
  return std::log(4 * r / (v + r)) / 2 + s * s / (2 * (v + r)) + log_normal_cdf(s / std::sqrt(v + r));
}

double bound_two_sided(double v, double alpha, double r) {
  return std::sqrt((v + r) * std::log((v + r) / (r * alpha * alpha)));
}

double bound_one_sided(double v, double alpha, double r) {
  const auto mixture = [&](double s) { return log_mixture_one_sided(s, v, r); };
  return inverse(mixture, std::log(1 / alpha), 0, 2 * bound_two_sided(v, alpha, r));
}

}  // namespace depops::analysis

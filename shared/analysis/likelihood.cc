#include "shared/analysis/likelihood.h"

#include <algorithm>
#include <cmath>

namespace depops::analysis {

double canary_share(double ratio, double theta) noexcept { return ratio * theta / (1 - theta + ratio * theta); }

double log_likelihood_ratio(const Window& window, double ratio, double base) noexcept {
  const auto canary = static_cast<double>(window.canary.requests);
  const auto stable = static_cast<double>(window.stable.requests);
  if (window.canary.errors + window.stable.errors == 0 || canary <= 0 || stable <= 0) return 0;
  const double theta = canary / (canary + stable);
  const double share = canary_share(ratio, theta);
  const double base_share = canary_share(base, theta);
  return static_cast<double>(window.canary.errors) * std::log(share / base_share) +
         static_cast<double>(window.stable.errors) * std::log((1 - share) / (1 - base_share));
}

double evidence_of(double log_ratio, double dispersion) noexcept {
  return std::exp(std::min(log_ratio / dispersion, kLogMax));
}

}  // namespace depops::analysis

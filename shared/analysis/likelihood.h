#pragma once

#include <array>
#include <cstddef>

#include "shared/analysis/counters.h"

// What the errors of one window say about the ratio of the two error rates, as all sequential tests here use it. Given
// e errors in both arms, the canary's share of them is binomial with p(k) when its rate is k times the stable's.
namespace depops::analysis {

// p(k): the chance that one error is the canary's, theta being its share of the requests.
double canary_share(double ratio, double theta) noexcept;

// ln of P(this split of the errors | ratio) / P(this split | base). 0 without errors or with an arm without requests.
double log_likelihood_ratio(const Window& window, double ratio, double base) noexcept;

// e to the power of this is still a number; evidence beyond it is not shown anyway.
inline constexpr double kLogMax = 690;

double evidence_of(double log_ratio, double dispersion) noexcept;

template <std::size_t N>
void add_window(std::array<double, N>& logs, const Window& window, const std::array<double, N>& ratios, double factor,
                double base) noexcept {
  for (std::size_t i = 0; i < N; ++i) logs[i] += log_likelihood_ratio(window, factor * ratios[i], base);
}

// Equal weights: a mean of e-processes is an e-process.
template <std::size_t N>
double mean_evidence(const std::array<double, N>& logs, double dispersion) noexcept {
  double sum = 0;
  for (const double log_ratio : logs) sum += evidence_of(log_ratio, dispersion);
  return sum / static_cast<double>(N);
}

}  // namespace depops::analysis

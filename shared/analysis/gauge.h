#pragma once

#include <cstdint>

// Sequential test of "the canary's gauge (memory, queue length) is not worse on average", on the difference of the two
// arms in each window, so that what moves both cancels. A mixture of normals over the standardised sum; asymptotic, so
// it says nothing before kGaugeWindowsMin windows. Good for a mean that moved; blind to what happens within a window.
namespace depops::analysis {

inline constexpr std::uint64_t kGaugeWindowsMin = 10;

struct GaugeSettings {
  double tolerated_ratio = 1;      // canary / stable that is still fine
  bool lower_is_worse = false;     // hit rate, throughput
  double alpha = 0.05;             // of this metric
  std::uint32_t best_around = 30;  // windows after which the test should be sharpest
};

struct GaugeState {
  std::uint64_t windows = 0;
  double mean = 0;     // of the differences, canary worse = positive
  double squares = 0;  // sum of the squared deviations from the mean
  double canary_mean = 0;
  double stable_mean = 0;
  double evidence = 1;
  double evidence_max = 1;
  bool operator==(const GaugeState&) const = default;
};

GaugeState observe(GaugeState state, double canary, double stable, const GaugeSettings& settings);

}  // namespace depops::analysis

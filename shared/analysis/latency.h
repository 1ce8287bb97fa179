#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "shared/analysis/counters.h"
#include "shared/analysis/sequential.h"
#include "shared/base/result.h"

// Sequential test of "the canary is not slower", over the buckets of a latency histogram: for each bound, "slower than
// it" is an error, and the verdict is on the arithmetic mean of the evidence of all bounds. A mean of e-processes is an
// e-process, so looking at every bound needs no correction. Shape of the distribution: none assumed.
namespace depops::analysis {

inline constexpr std::array<double, 7> kSlowerGrid = {1.1, 1.25, 1.5, 2, 3, 5, 10};
inline constexpr std::size_t kBoundsMax = 11;  // with 12 copies the state stays within 8 KiB

// One arm of a window: answers in all, and for each bound those that took longer.
struct HistogramArm {
  std::uint64_t requests = 0;
  std::vector<std::uint64_t> slower;
  bool operator==(const HistogramArm&) const = default;
};

struct HistogramWindow {
  Instant from{};
  Instant to{};
  std::vector<double> bounds;  // seconds, rising, the same in both arms; without +Inf
  HistogramArm canary;
  HistogramArm stable;
  bool operator==(const HistogramWindow&) const = default;
};

struct LatencyState {
  std::uint64_t windows = 0;
  std::vector<double> bounds;  // at most kBoundsMax, chosen by the first window
  std::vector<GridLog> logs;   // copy by copy, bound by bound within a copy
  double evidence = 1;
  double evidence_max = 1;
  bool operator==(const LatencyState&) const = default;
};

// Evenly spaced ones, first and last included, if there are more than kBoundsMax.
std::vector<double> chosen_bounds(const std::vector<double>& bounds);

// Error: the histogram lacks a bound that the test began with, or an arm is not as long as the bounds.
Result<LatencyState> observe(LatencyState state, const HistogramWindow& window, const SequentialSettings& settings);

// The counts at one bound, as the test of errors sees them. Pre: bound < bounds.
Window at_bound(const HistogramWindow& window, std::size_t bound);

// The bound that speaks loudest against the canary, as an index into state.bounds. Pre: something was observed.
std::size_t loudest_bound(const LatencyState& state);

std::size_t size_of(const LatencyState& state) noexcept;

}  // namespace depops::analysis

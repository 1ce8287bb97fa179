#pragma once

#include <array>

#include "shared/analysis/counters.h"
#include "shared/analysis/likelihood.h"

// The test the other way round: evidence that the canary is NOT worse by the margin or more. Its null hypothesis is
// "the ratio of the error rates is at least `margin`"; a ratio of rates, because a ratio of odds accepts far too often
// where errors are frequent. It ends a step early, or is demanded by requireProof; a step without errors needs neither.
namespace depops::analysis {

inline constexpr std::array<double, 3> kBetterGrid = {1.2, 1.0, 0.8};
inline constexpr double kMarginMin = 1.25;  // above every alternative

struct ProofState {
  std::array<double, kBetterGrid.size()> logs{};
  double evidence = 1;      // after the last window
  double evidence_max = 1;  // what was once proven stays so; the test of errors watches on
  bool operator==(const ProofState&) const = default;
};

// Pre: margin >= kMarginMin.
ProofState observe(ProofState state, const Window& window, double margin, double dispersion) noexcept;

}  // namespace depops::analysis

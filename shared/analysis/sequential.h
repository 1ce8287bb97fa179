#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "shared/analysis/counters.h"

// Sequential test of "the canary's error rate is at most `tolerated_ratio` times the stable's", valid however often one
// looks. Per window, given e errors in both arms, the canary's share of them is binomial with p(k) when its rate is k
// times the stable's; the evidence E is the equal mixture of the likelihood ratios over a grid of k against k = rho.
// E is a (super)martingale of mean at most 1 while nothing is wrong, so P(E ever reaches 1/alpha) <= alpha (Ville).
// Idea: conditional binomial mixture e-process, as in Lindon & Malek, NeurIPS 2022, made one-sided with the exposure of
// each window, so that changing weights and shared incidents cancel.
namespace depops::analysis {

inline constexpr std::array<double, 7> kRatioGrid = {1.25, 1.5, 2, 3, 5, 10, 20};

struct SequentialSettings {
  double tolerated_ratio = 1;  // rho, >= 1
  double dispersion = 1;       // phi, [1, 50]: divides the log likelihood when errors come in clumps
  std::uint32_t restarts = 1;  // copies in the restart mixture, [1, 12]; more find late onsets sooner, early ones later
  std::uint32_t every = 10;    // windows between the starts of two copies
};

// One copy of the test: log likelihood ratio per ratio of the grid.
using GridLog = std::array<double, kRatioGrid.size()>;

struct SequentialState {
  std::uint64_t windows = 0;
  std::vector<GridLog> copies;
  double evidence = 1;      // E after the last window
  double evidence_max = 1;  // the largest E so far: always-valid p = min(1, 1 / evidence_max)
  bool operator==(const SequentialState&) const = default;
};

// The state after one more window. Without errors or without canary requests E does not move.
SequentialState observe(SequentialState state, const Window& window, const SequentialSettings& settings);

// p(k) of the text above: the chance that one error is the canary's, theta being its share of the requests.
double canary_share(double ratio, double theta) noexcept;

}  // namespace depops::analysis

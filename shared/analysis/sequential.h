#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "shared/analysis/counters.h"
#include "shared/analysis/likelihood.h"

// Sequential test of "the canary's error rate is at most `tolerated_ratio` times the stable's", valid however often one
// looks. The evidence E is the equal mixture of the likelihood ratios over a grid of ratios k against k = rho. E is a
// (super)martingale of mean at most 1 while nothing is wrong, so P(E ever reaches 1/alpha) <= alpha (Ville).
// Idea: conditional binomial mixture e-process, as in Lindon & Malek, NeurIPS 2022, made one-sided with the exposure of
// each window, so that changing weights and shared incidents cancel.
namespace depops::analysis {

inline constexpr std::array<double, 7> kRatioGrid = {1.25, 1.5, 2, 3, 5, 10, 20};
inline constexpr std::uint32_t kRestartsMax = 12;

struct SequentialSettings {
  double tolerated_ratio = 1;  // rho, >= 1
  double dispersion = 1;       // phi, [1, 50]: divides the log likelihood when errors come in clumps
  std::uint32_t restarts = 1;  // copies in the restart mixture, [1, 12]; more find late onsets sooner, early ones later
  std::uint32_t every = 10;    // windows between the starts of two copies
};

// One copy of the test: log likelihood ratio per ratio of the grid, not yet divided by the dispersion, so that a better
// estimate of it counts for the windows before as well. Any dispersion of 1 or more makes E larger by at most 1.
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

// A copy begins with this window: every `every` windows until there are `restarts`.
bool starts_copy(std::uint64_t windows_before, std::size_t copies, const SequentialSettings& settings) noexcept;

// Bytes that a state takes when it is kept.
std::size_t size_of(const SequentialState& state) noexcept;

// The same for a constant share theta of the requests and a continuous prior over ratios, from two integers alone: a
// check on the grid, E = B(a + x, b + y) / B(a, b) / (theta^x (1 - theta)^y) with a = kappa theta, b = kappa (1 -
// theta).
double beta_evidence(std::uint64_t canary_errors, std::uint64_t stable_errors, double theta, double kappa) noexcept;

}  // namespace depops::analysis

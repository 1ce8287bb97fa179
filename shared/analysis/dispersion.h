#pragma once

#include <cstdint>
#include <optional>

#include "shared/analysis/counters.h"

// How much more the errors of equal instances scatter than chance alone would make them: phi, measured between two
// parts of the stable version, one of them playing the canary. Without it errors that come in clumps look like
// evidence.
namespace depops::analysis {

inline constexpr double kDispersionMax = 50;

struct DispersionState {
  double sum = 0;             // of (x - e theta)^2 / (e theta (1 - theta)) over windows with errors
  std::uint32_t windows = 0;  // that had errors
  bool operator==(const DispersionState&) const = default;
};

// `stable_parts`: a window whose "canary" is a part of the stable instances and whose stable is the rest of them.
DispersionState observe(DispersionState state, const Window& stable_parts) noexcept;

inline constexpr double kDispersionUnmeasured = 5;  // more than most services have; less would cry wolf at the start

// max(1, mean), at most 50; 1 while nothing was measured. For long measurements made before (hundreds of windows).
double dispersion_of(const DispersionState& state) noexcept;

// What it is at most, with 95 % confidence (a scaled chi-square by Wilson and Hilferty), within 1 and 50: for measuring
// while the test runs. The plain mean of a few windows lets clumps pass for evidence: 6 to 15 % false alarms at alpha 5
// %.
double dispersion_at_most(const DispersionState& state) noexcept;

// What happened between two readings within the stable set alone: its first sources in the order of their names, until
// they carry as many requests as `like` the canary, against the rest. Nothing if it has fewer than two sources.
std::optional<Window> stable_parts(const Reading& from, const Reading& to, const SetId& stable, std::uint64_t like);

}  // namespace depops::analysis

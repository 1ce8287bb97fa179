#pragma once

#include <cstdint>
#include <vector>

// For raw samples instead of histograms: a band around an empirical distribution that holds at all times at once, after
// the law of the iterated logarithm. Weaker than the histogram test on tails; kept for recordings that have only
// samples.
namespace depops::analysis {

struct BandSettings {
  double t_min = 1;  // samples from which on the band is meant to be tight
  double a = 0.85;   // steepness, above 1/sqrt(2)
};

// Half the width of the band after t samples. Pre: t >= t_min, 0 < alpha < 1.
double band_half_width(double t, double alpha, const BandSettings& settings);

struct BandGap {
  double gap = 0;    // largest amount by which the stable arm is ahead: share below x, stable minus canary
  double at = 0;     // the x where it is
  double limit = 0;  // sum of the half widths, each arm at alpha / 2
};

// Slower = the canary's distribution lies to the right. Says "slower" when gap > limit. Pre: both have samples.
BandGap largest_gap(std::vector<double> canary, std::vector<double> stable, double alpha, const BandSettings& settings);

}  // namespace depops::analysis

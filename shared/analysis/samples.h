#pragma once

#include <cstddef>
#include <vector>

// Descriptive statistics of samples, as Kayenta's judge computes them.
namespace depops::analysis {

using Samples = std::vector<double>;

struct Summary {
  double min = 0;
  double max = 0;
  double mean = 0;
  double deviation = 0;  // of the sample, n - 1
  std::size_t count = 0;
};
Summary summary_of(const Samples& values);  // all 0 without values

double mean_of(const Samples& values);

// Percentile p in 0..100 by linear interpolation between order statistics (R's type 7). Pre: not empty.
double percentile(Samples values, double p);

Samples without_nan(const Samples& values);
Samples with_nan_as(const Samples& values, double replacement);

// One flag per value: further than k deviations from the mean.
std::vector<bool> outliers_by_deviation(const Samples& values, double k);

// Outside [p25 - factor * iqr, p75 + factor * iqr]; `lenient` widens that to the 1st and 99th percentile.
std::vector<bool> outliers_by_quartiles(const Samples& values, double factor, bool lenient);

Samples without(const Samples& values, const std::vector<bool>& flagged);

// Effect sizes. mean_ratio: NaN if either mean is 0. cles: chance that a value of `experiment` exceeds one of
// `control`.
double mean_ratio(const Samples& experiment, const Samples& control);
double cohen_d(const Samples& experiment, const Samples& control);
double cles(const Samples& experiment, const Samples& control);

}  // namespace depops::analysis

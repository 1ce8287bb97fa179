#pragma once

#include <vector>

#include "shared/base/result.h"

// The Mann-Whitney test as Kayenta and R's wilcox.test compute it: asymptotic, corrected for continuity and ties, with
// the shift between the two samples (Hodges-Lehmann) and its confidence interval found by inverting the test.
namespace depops::analysis {

using Samples = std::vector<double>;

// (U(mu) - mean, corrected) / deviation - quantile, for experiment - mu against control. Error: all values are equal.
Result<double> wilcoxon_difference(const Samples& experiment, const Samples& control, double mu, double quantile);

struct Shift {
  double low = 0;
  double high = 0;
  double estimate = 0;
};

// The tolerance of the roots is Kayenta's, 1e-4 absolute: too coarse for metrics below 1e-3. Pre: neither is empty.
Result<Shift> shift_of(const Samples& experiment, const Samples& control, double confidence);

// Ranks from 1, ties share the mean of theirs.
Samples ranks_of(const Samples& values);

}  // namespace depops::analysis

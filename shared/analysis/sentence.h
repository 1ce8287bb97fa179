#pragma once

#include <string>

#include "shared/analysis/gauge.h"
#include "shared/analysis/latency.h"
#include "shared/analysis/verdict.h"

namespace depops::analysis {

// A number as a person would write it: at most three significant digits, no exponent below a million.
std::string short_number(double value);

// "canary 9 errors in 212 requests, stable 9 in 1902: 9.0x, evidence 731 : 1, limit 20 : 1"
std::string errors_sentence(const Window& window, double evidence, double limit);

// ", errors clump 2.56x" where that held the evidence back, else nothing.
std::string dispersion_text(double dispersion);

// "slower than 0.25 s: canary 40 of 300, stable 100 of 2700: 3.6x, evidence 31 : 1, limit 20 : 1". `bound` is one of
// the histogram's.
std::string latency_sentence(const HistogramWindow& window, double bound, double evidence, double limit);

// "canary 512 on average, stable 480, over 24 windows: 1.07x, evidence 3 : 1, limit 20 : 1"
std::string gauge_sentence(const GaugeState& state, double limit);

}  // namespace depops::analysis

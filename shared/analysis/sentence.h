#pragma once

#include <string>

#include "shared/analysis/verdict.h"

namespace depops::analysis {

// A number as a person would write it: at most three significant digits, no exponent below a million.
std::string short_number(double value);

// "canary 9 errors in 212 requests, stable 9 in 1902: 9.0x, evidence 731 : 1, limit 20 : 1"
std::string errors_sentence(const Window& window, double evidence, double limit);

}  // namespace depops::analysis

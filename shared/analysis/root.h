#pragma once

#include <functional>

namespace depops::analysis {

// A root of `f` between `low` and `high`, by Brent's method (Algorithms for Minimization Without Derivatives, chapter
// 4), to within tolerance/2. Pre: f(low) and f(high) have different signs. The order of its steps is Brent's own,
// because figures of other programs that use it are only as exact as the tolerance.
double root_of(const std::function<double(double)>& f, double low, double high, double tolerance);

}  // namespace depops::analysis

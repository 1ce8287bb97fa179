#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace depops::hub::dora {

// The value below which the share `q` (0..1) of the sorted values lies, linear between neighbours: position (n-1) * q.
// Absent for no values.
std::optional<double> quantile(const std::vector<double>& sorted, double q);

struct Interval {
  double low = 0;
  double high = 0;
};

// Wilson's 95 % interval of k successes in n > 0 trials.
Interval wilson(std::uint64_t k, std::uint64_t n);

}  // namespace depops::hub::dora

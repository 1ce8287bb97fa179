#include "shared/analysis/cdf_band.h"

#include <catch2/catch.hpp>

namespace depops::analysis {

TEST_CASE("the band narrows with the samples and names where the distributions part") {
  CHECK(band_half_width(100, 0.05, {}) > band_half_width(10'000, 0.05, {}));
  std::vector<double> fast;
  std::vector<double> slow;
  for (int i = 0; i < 2'000; ++i) {
    fast.push_back(i % 100);
    slow.push_back(i % 100 + 30);
  }
  const BandGap gap = largest_gap(slow, fast, 0.05, {});
  CHECK(gap.gap == Approx(0.3));
  CHECK(gap.gap > gap.limit);
  CHECK(gap.at >= 29);
  CHECK(largest_gap(fast, slow, 0.05, {}).gap == 0);
  CHECK(largest_gap(fast, fast, 0.05, {}).gap == 0);
}

}  // namespace depops::analysis

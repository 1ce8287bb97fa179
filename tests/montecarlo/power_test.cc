#include <catch2/catch.hpp>

#include "shared/analysis/power.h"
#include "tests/montecarlo/outcome.h"

// The planner's law against what the errors test needs in drawn rollouts.
namespace depops::test {
namespace {

// Expected errors of the canary at the stable version's rate when half of the runs were stopped.
double errors_at_median(double ratio, double weight, double error_rate) {
  Traffic traffic;
  traffic.error_rate = error_rate;
  traffic.ratio = ratio;
  traffic.windows = 400;
  traffic.ramp = {weight / 100, weight / 100, weight / 100, 1};
  const int median = watch(traffic, 400, errors_test()).median().value_or(0);
  return median * weight / 100 * static_cast<double>(traffic.requests) * error_rate;
}

}  // namespace

TEST_CASE("the planning law is within a quarter of what drawn rollouts need, at the weight it was measured at") {
  CHECK(errors_at_median(1.5, 10, 0.01) == Approx(analysis::errors_to_find(1.5, 10)).epsilon(0.25));
  CHECK(errors_at_median(2, 10, 0.002) == Approx(analysis::errors_to_find(2, 10)).epsilon(0.25));
  CHECK(errors_at_median(3, 10, 0.0005) == Approx(analysis::errors_to_find(3, 10)).epsilon(0.25));
}

TEST_CASE("and within two fifths at others") {
  for (const double weight : {5.0, 25.0, 50.0}) {
    INFO("weight " << weight);
    CHECK(errors_at_median(1.5, weight, 0.002) == Approx(analysis::errors_to_find(1.5, weight)).epsilon(0.4));
    CHECK(errors_at_median(2, weight, 0.0005) == Approx(analysis::errors_to_find(2, weight)).epsilon(0.4));
    CHECK(errors_at_median(3, weight, 0.0002) == Approx(analysis::errors_to_find(3, weight)).epsilon(0.4));
  }
}

}  // namespace depops::test

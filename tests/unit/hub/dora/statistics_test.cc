#include "hub/dora/statistics.h"

#include <catch2/catch.hpp>

using namespace depops::hub::dora;

TEST_CASE("T12: percentiles are linear between neighbours") {
  CHECK(quantile({50, 60, 80, 100}, 0.5) == Approx(70));
  CHECK(quantile({50, 60, 70, 80, 90, 100}, 0.5) == Approx(75));
  CHECK(quantile({7}, 0.9) == Approx(7));
  CHECK(quantile({0, 10}, 0.9) == Approx(9));
  CHECK_FALSE(quantile({}, 0.5));
}

TEST_CASE("Section 1.5: the Wilson intervals of 1/4 and 2/5") {
  CHECK(wilson(1, 4).low == Approx(0.046).margin(0.0005));
  CHECK(wilson(1, 4).high == Approx(0.699).margin(0.0005));
  CHECK(wilson(2, 5).low == Approx(0.118).margin(0.0005));
  CHECK(wilson(2, 5).high == Approx(0.769).margin(0.0005));
  CHECK(wilson(0, 3).low == 0);
  CHECK(wilson(3, 3).high == 1);
}

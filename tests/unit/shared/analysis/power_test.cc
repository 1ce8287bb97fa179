#include "shared/analysis/power.h"

#include <catch2/catch.hpp>

namespace depops::analysis {

TEST_CASE("the sentence says how long it takes, and what would do") {
  const Expectation expected{0.002, 2, 40.0 / 60, 10};
  const Forecast forecast = forecast_of(expected, Millis(24 * 3'600'000));
  CHECK(forecast.sentence == "at 40 requests/min and a 0.2 % base a doubling needs about 23 h at 10 %");
  CHECK(forecast.decides);
  CHECK(forecast.errors == Approx(11));
  CHECK(forecast.requests == Approx(5'500));
  const Forecast short_of = forecast_of(expected, Millis(10 * 3'600'000));
  CHECK_FALSE(short_of.decides);
  REQUIRE(short_of.larger_weight);
  CHECK(short_of.larger_weight->weight == 50);
  CHECK(short_of.sentence ==
        "at 40 requests/min and a 0.2 % base a doubling needs about 23 h at 10 %; 10 h can not decide: take 23 h, or "
        "50 % for 9 h");
  const Forecast never = forecast_of(expected, Millis(600'000));
  CHECK(never.smallest_ratio > 10);
  CHECK_THAT(never.sentence, Catch::EndsWith("take 23 h, or 50 % for 9 h; in 10 min it finds 48.7 times the errors"));
}

TEST_CASE("the law keeps the figures it was made from, and rises and falls as it must") {
  CHECK(errors_to_find(1.5, 10) == Approx(40));
  CHECK(errors_to_find(3, 10) == Approx(3.5));
  CHECK(errors_to_prove(2, 10) == Approx(11));
  for (double ratio = 1.1; ratio < 40; ratio *= 1.2) CHECK(errors_to_find(ratio, 10) > errors_to_find(ratio * 1.1, 10));
  // A larger weight has more errors of the canary to wait for, and still needs less time.
  const Expectation small{0.01, 2, 10, 10};
  Expectation large = small;
  large.weight = 50;
  CHECK(errors_to_find(2, 50) > errors_to_find(2, 10));
  CHECK(time_for(errors_to_find(2, 50), large) < time_for(errors_to_find(2, 10), small));
}

TEST_CASE("durations as people say them") {
  CHECK(duration_text(Millis(1'500)) == "2 s");
  CHECK(duration_text(Millis(600'000)) == "10 min");
  CHECK(duration_text(Millis(82'500'000)) == "23 h");
  CHECK(duration_text(Millis(10 * 86'400'000LL)) == "10 days");
  CHECK(duration_text(time_for(1e9, {1e-9, 2, 1e-6, 1})) == "100 years or more");
}

}  // namespace depops::analysis

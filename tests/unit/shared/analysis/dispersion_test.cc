#include "shared/analysis/dispersion.h"

#include <catch2/catch.hpp>

namespace depops::analysis {
namespace {

Window parts(std::uint64_t part_errors, std::uint64_t part, std::uint64_t rest_errors, std::uint64_t rest) {
  return {{}, {}, {part, part_errors}, {rest, rest_errors}};
}

CounterRow row(const char* set, const char* source, std::uint64_t answers, std::uint64_t errors) {
  return {SetId(set), source, answers, errors, 0};
}

}  // namespace

TEST_CASE("dispersion is the mean squared deviation over what chance alone would make, within 1 and 50") {
  CHECK(dispersion_of({}) == 1);
  // 4 errors where 2 of 4 were expected: (4 - 2)^2 / (4 * 1/4) = 4
  DispersionState state = observe({}, parts(4, 100, 0, 100));
  CHECK(dispersion_of(state) == Approx(4));
  state = observe(state, parts(2, 100, 2, 100));
  CHECK(dispersion_of(state) == Approx(2));
  state = observe(state, parts(0, 100, 0, 100));
  CHECK(state.windows == 2);
  CHECK(dispersion_of(observe({}, parts(500, 100, 0, 100))) == kDispersionMax);
  CHECK(dispersion_of(observe({}, parts(2, 100, 2, 100))) == 1);
}

TEST_CASE("the upper bound of the dispersion comes down to the mean as windows are added") {
  CHECK(dispersion_at_most({}) == kDispersionUnmeasured);
  CHECK(dispersion_at_most({2, 1}) == kDispersionMax);
  CHECK(dispersion_at_most({20, 10}) == Approx(20 / 3.94).epsilon(0.01));  // chi-square of 10, 5 %
  CHECK(dispersion_at_most({200, 100}) == Approx(200 / 77.93).epsilon(0.01));
  CHECK(dispersion_at_most({20'000, 10'000}) == Approx(2).epsilon(0.03));
  CHECK(dispersion_at_most({10, 1'000}) == 1);
}

TEST_CASE("some stable instances play the canary, as many as carry its requests") {
  const Reading from{MetricName("m"), {}, {row("s", "a", 100, 1), row("s", "b", 100, 1), row("s", "c", 0, 0)}};
  const Reading to{MetricName("m"),
                   Instant(Millis(1'000)),
                   {row("s", "a", 200, 2), row("s", "b", 200, 4), row("s", "c", 300, 7), row("c", "x", 100, 0)}};
  const auto small = stable_parts(from, to, SetId("s"), 100);
  REQUIRE(small);
  CHECK(small->canary == Arm{100, 1});
  CHECK(small->stable == Arm{400, 10});
  const auto large = stable_parts(from, to, SetId("s"), 150);
  CHECK(large->canary == Arm{200, 4});
  CHECK(large->stable == Arm{300, 7});
  CHECK(stable_parts(from, to, SetId("s"), 100'000)->stable == Arm{300, 7});
  CHECK_FALSE(stable_parts(from, to, SetId("c"), 100));
}

}  // namespace depops::analysis

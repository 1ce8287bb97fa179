#include "shared/analysis/burn.h"

#include <catch2/catch.hpp>

namespace depops::analysis {
namespace {

Window window(std::int64_t from_s, std::int64_t to_s, Arm canary, Arm stable) {
  return {Instant(Millis(1'000 * from_s)), Instant(Millis(1'000 * to_s)), canary, stable};
}

BurnState steady(double canary_share, int windows, const BurnSettings& settings) {
  BurnState state;
  for (int i = 0; i < windows; ++i) {
    const Arm canary{1'000, static_cast<std::uint64_t>(1'000 * canary_share)};
    state = observe(state, window(30 * i, 30 * i + 30, canary, {9'000, 0}), settings);
  }
  return state;
}

}  // namespace

TEST_CASE("both windows must burn too fast") {
  const BurnSettings settings;
  CHECK(burn_of(steady(0.02, 10, settings), settings).too_fast);
  CHECK_FALSE(burn_of(steady(0.01, 10, settings), settings).too_fast);
  BurnState blip = steady(0, 9, settings);
  blip = observe(blip, window(270, 300, {1'000, 40}, {9'000, 0}), settings);
  const Burn burn = burn_of(blip, settings);
  CHECK(burn.fast == Approx(20));
  CHECK(burn.slow == Approx(4));
  CHECK_FALSE(burn.too_fast);
  BurnState over = steady(0.02, 10, settings);
  for (int i = 0; i < 2; ++i)
    over = observe(over, window(300 + 30 * i, 330 + 30 * i, {1'000, 0}, {9'000, 0}), settings);
  CHECK_FALSE(burn_of(over, settings).too_fast);
}

TEST_CASE("the excess of the canary is spent by its share of the service") {
  BurnSettings settings;
  settings.objective = 0.99;
  // a tenth of the requests, 50 % worse, for an hour: 0.1 * 0.5 * 1 h / (0.01 * 720 h)
  const BurnState state = observe({}, window(0, 3'600, {1'000, 500}, {9'000, 0}), settings);
  CHECK(burn_of(state, settings).spent == Approx(0.1 * 0.5 / 7.2));
  CHECK(burn_of(state, settings).overspent);
  CHECK(burn_of(observe({}, window(0, 3'600, {1'000, 500}, {9'000, 4'500}), settings), settings).spent == 0);
  CHECK(burn_sentence(burn_of(state, settings), settings) ==
        "burns 50x over 1 min and 50x over 5 min, limit 14.4x; spent 0.694 % of 30 days, limit 0.5 %");
}

TEST_CASE("windows of half a second keep the state as small as those of a minute") {
  const BurnSettings settings;
  BurnState state;
  for (int i = 0; i < 2'000; ++i) {
    const Window one{Instant(Millis(500 * i)), Instant(Millis(500 * i + 500)), {10, 1}, {90, 9}};
    state = observe(state, one, settings);
  }
  CHECK(state.slices.size() <= kSlicesMax);
  CHECK(burn_of(state, settings).slow == Approx(100));
}

}  // namespace depops::analysis

#include "shared/analysis/sequential.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace depops::analysis {
namespace {

Window window(std::uint64_t canary_errors, std::uint64_t canary, std::uint64_t stable_errors, std::uint64_t stable) {
  Window made;
  made.canary = {canary, canary_errors};
  made.stable = {stable, stable_errors};
  return made;
}

// Errors drawn request by request, both arms with the rates given; returns the window in which E reached 20, or 0.
int windows_until_alarm(std::mt19937_64& generator, double canary_rate, double stable_rate, int windows_max) {
  std::binomial_distribution<std::uint64_t> canary(300, canary_rate);
  std::binomial_distribution<std::uint64_t> stable(2'700, stable_rate);
  SequentialState state;
  for (int i = 1; i <= windows_max; ++i) {
    state = observe(state, window(canary(generator), 300, stable(generator), 2'700), {});
    if (state.evidence >= 20) return i;
  }
  return 0;
}

}  // namespace

TEST_CASE("without errors or without canary requests the evidence stays 1") {
  SequentialState state;
  for (int i = 0; i < 5; ++i) state = observe(state, window(0, 300, 0, 2'700), {});
  CHECK(state.evidence == 1.0);
  for (int i = 0; i < 5; ++i) state = observe(state, window(0, 0, 7, 3'000), {});
  CHECK(state.evidence == 1.0);
  CHECK(state.windows == 10);
}

TEST_CASE("one window by hand: the mean over the grid of the likelihood ratios") {
  const double theta = 0.1;
  double expected = 0;
  for (const double ratio : kRatioGrid) {
    const double share = ratio * theta / (1 - theta + ratio * theta);
    expected += std::pow(share / theta, 3) * std::pow((1 - share) / (1 - theta), 10) / kRatioGrid.size();
  }
  const SequentialState state = observe(SequentialState{}, window(3, 300, 10, 2'700), {});
  CHECK(state.evidence == Approx(expected).epsilon(1e-12));
}

TEST_CASE("looking at every window, false alarms stay below alpha") {
  std::mt19937_64 generator(20261123);
  int alarms = 0;
  constexpr int kRuns = 2'000;
  for (int run = 0; run < kRuns; ++run) alarms += windows_until_alarm(generator, 0.002, 0.002, 60) > 0 ? 1 : 0;
  INFO("alarms " << alarms << " of " << kRuns);
  CHECK(alarms < kRuns * 0.05);
}

TEST_CASE("a canary that doubles 0.2 % is found in most runs, one with 20 % errors at once") {
  std::mt19937_64 generator(7);
  int found = 0;
  for (int run = 0; run < 300; ++run) found += windows_until_alarm(generator, 0.004, 0.002, 60) > 0 ? 1 : 0;
  CHECK(found > 270);
  CHECK(windows_until_alarm(generator, 0.2, 0.0, 60) == 1);
}

TEST_CASE("the closed form for a constant share has mean 1 over everything chance can do") {
  const double theta = 0.1;
  constexpr int kErrors = 12;
  double mean = 0;
  double chance = std::pow(1 - theta, kErrors);  // of x = 0
  for (int x = 0; x <= kErrors; ++x) {
    mean += chance * beta_evidence(static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(kErrors - x), theta, 20);
    chance *= theta / (1 - theta) * (kErrors - x) / (x + 1);
  }
  CHECK(mean == Approx(1).epsilon(1e-9));
  CHECK(beta_evidence(12, 0, theta, 20) > 1'000);
}

TEST_CASE("the mean of the evidence over everything chance can do is 1, and below 1 under a tolerated ratio") {
  const double theta = 0.2;
  for (const double rho : {1.0, 1.5}) {
    SequentialSettings settings;
    settings.tolerated_ratio = rho;
    double mean = 0;
    double chance = std::pow(1 - theta, 10);
    for (std::uint64_t x = 0; x <= 10; ++x) {
      mean += chance * observe({}, window(x, 200, 10 - x, 800), settings).evidence;
      chance *= theta / (1 - theta) * static_cast<double>(10 - x) / static_cast<double>(x + 1);
    }
    CHECK(mean <= 1 + 1e-9);
    if (rho == 1.0) CHECK(mean == Approx(1).epsilon(1e-9));
  }
}

TEST_CASE("twelve copies of the test stay within 1 KiB") {
  SequentialSettings settings;
  settings.restarts = kRestartsMax;
  SequentialState state;
  for (int i = 0; i < 500; ++i) state = observe(state, window(1, 300, 9, 2'700), settings);
  CHECK(state.copies.size() == kRestartsMax);
  CHECK(size_of(state) <= 1'024);
}

TEST_CASE("the restart mixture finds what begins late sooner") {
  SequentialSettings restarts;
  restarts.restarts = kRestartsMax;
  const auto windows_after_onset = [](const SequentialSettings& settings) {
    SequentialState state;
    for (int i = 0; i < 60; ++i) state = observe(state, window(3, 300, 27, 2'700), settings);
    int late = 0;
    for (; state.evidence < 20; ++late) state = observe(state, window(9, 300, 27, 2'700), settings);
    return late;
  };
  CHECK(windows_after_onset(restarts) < windows_after_onset({}));
}

TEST_CASE("evidence beyond any number stays a number") {
  SequentialState state;
  for (int i = 0; i < 50; ++i) state = observe(state, window(300, 300, 0, 2'700), {});
  CHECK(std::isfinite(state.evidence));
  CHECK(state.evidence > 1e200);
}

TEST_CASE("a shared incident is no evidence against the canary") {
  SequentialState state;
  for (int i = 0; i < 30; ++i) state = observe(state, window(30, 300, 270, 2'700), {});
  CHECK(state.evidence < 1);
}

}  // namespace depops::analysis

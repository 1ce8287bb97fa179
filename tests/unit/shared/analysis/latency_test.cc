#include "shared/analysis/latency.h"

#include <catch2/catch.hpp>
#include <numeric>

namespace depops::analysis {
namespace {

HistogramWindow histogram(std::vector<std::uint64_t> canary, std::vector<std::uint64_t> stable) {
  HistogramWindow window;
  window.bounds = {0.05, 0.1, 0.5};
  window.canary = {100, std::move(canary)};
  window.stable = {900, std::move(stable)};
  return window;
}

}  // namespace

TEST_CASE("the evidence is the mean of the tests at each bound") {
  const HistogramWindow window = histogram({60, 20, 3}, {540, 90, 4});
  const auto state = observe(LatencyState{}, window, {});
  REQUIRE(state.ok());
  double mean = 0;
  for (std::size_t bound = 0; bound < 3; ++bound) {
    std::array<double, 7> logs{};
    add_window(logs, at_bound(window, bound), kSlowerGrid, 1, 1);
    mean += mean_evidence(logs, 1) / 3;
  }
  CHECK(state->evidence == Approx(mean).epsilon(1e-12));
  CHECK(loudest_bound(*state) == 1);
}

TEST_CASE("a canary as fast as stable gives no evidence, a slow tail alone does") {
  LatencyState same;
  LatencyState tail;
  for (int i = 0; i < 30; ++i) {
    same = observe(same, histogram({50, 10, 1}, {450, 90, 9}), {}).value();
    tail = observe(tail, histogram({50, 10, 3}, {450, 90, 9}), {}).value();
  }
  CHECK(same.evidence < 1);
  CHECK(tail.evidence > 20);
}

TEST_CASE("twelve copies over more bounds than are kept stay within 8 KiB") {
  HistogramWindow window;
  window.bounds.resize(30);
  std::iota(window.bounds.begin(), window.bounds.end(), 1.0);
  window.canary = {100, std::vector<std::uint64_t>(30, 5)};
  window.stable = {900, std::vector<std::uint64_t>(30, 45)};
  SequentialSettings settings;
  settings.restarts = kRestartsMax;
  LatencyState state;
  for (int i = 0; i < 200; ++i) state = observe(state, window, settings).value();
  CHECK(state.bounds.size() == kBoundsMax);
  CHECK(state.bounds.front() == 1);
  CHECK(state.bounds.back() == 30);
  CHECK(size_of(state) <= 8 * 1'024);
}

TEST_CASE("buckets that change in the middle are refused, not guessed") {
  const auto state = observe(LatencyState{}, histogram({1, 1, 1}, {1, 1, 1}), {});
  HistogramWindow other = histogram({1, 1, 1}, {1, 1, 1});
  other.bounds = {0.05, 0.2, 0.5};
  CHECK(observe(*state, other, {}).error().what == "the buckets changed in the middle of the analysis");
  CHECK_FALSE(observe(*state, histogram({1}, {1, 1, 1}), {}).ok());
}

}  // namespace depops::analysis

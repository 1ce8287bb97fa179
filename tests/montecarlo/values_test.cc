#include <catch2/catch.hpp>
#include <random>

#include "shared/analysis/gauge.h"
#include "tests/montecarlo/outcome.h"

// False alarms and power of the tests of latency and gauges.
namespace depops::test {
namespace {

// The machine's own ups and downs move both arms; what remains is as wide as 5.
Outcome watch_gauge(double worse, int runs) {
  Outcome outcome;
  for (int run = 0; run < runs; ++run) {
    std::mt19937_64 generator(kSeed * 1'000'003 + static_cast<std::uint64_t>(run));
    std::normal_distribution<double> both(400, 50);
    std::normal_distribution<double> own(0, 5);
    analysis::GaugeState state;
    int stopped = 0;
    for (int window = 1; window <= 120 && stopped == 0; ++window) {
      const double level = both(generator);
      state = observe(state, level + worse + own(generator), level + own(generator), {});
      if (state.evidence >= 20) stopped = window;
    }
    outcome.stopped.push_back(stopped);
  }
  return outcome;
}

void check_latency(int runs, double most) {
  CHECK(watch_latency({}, 60, runs).upper_99() <= most);
  const int few = runs / 4;
  CHECK(watch_latency({1.1, 0, 100, 900}, 60, few).median().value_or(99) == Approx(25).margin(4));
  CHECK(watch_latency({1.25, 0, 100, 900}, 60, few).median().value_or(99) <= 6);
  CHECK(watch_latency({2, 0, 100, 900}, 60, few).median().value_or(99) == 1);
  CHECK(watch_latency({1, 0.01, 100, 900}, 60, few).median().value_or(99) <= 9);
}

void check_gauge(int runs, double most) {
  CHECK(watch_gauge(0, runs).upper_99() <= most);
  CHECK(watch_gauge(5, runs).median().value_or(999) <= 25);
}

}  // namespace

TEST_CASE("a slice: latency, false alarms and power") { check_latency(160, 0.06); }
TEST_CASE("a slice: gauges, false alarms and power") { check_gauge(1'000, 0.05); }
TEST_CASE("4,000 runs: latency, false alarms and power", "[.][long]") { check_latency(4'000, 0.03); }
TEST_CASE("10,000 runs: gauges, false alarms and power", "[.][long]") { check_gauge(10'000, 0.03); }

}  // namespace depops::test

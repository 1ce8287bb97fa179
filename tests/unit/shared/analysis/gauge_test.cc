#include "shared/analysis/gauge.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "shared/analysis/normal.h"

namespace depops::analysis {
namespace {

// Memory in MiB; the machine's own ups and downs move both arms.
GaugeState run(std::mt19937_64& generator, double worse, int windows, const GaugeSettings& settings) {
  std::normal_distribution<double> shared(0, 50);
  std::normal_distribution<double> own(0, 5);
  GaugeState state;
  for (int i = 0; i < windows; ++i) {
    const double level = 400 + shared(generator);
    state = observe(state, level + worse + own(generator), level + own(generator), settings);
  }
  return state;
}

}  // namespace

TEST_CASE("evidence follows the mixture over the standardised sum of the differences") {
  GaugeState state;
  for (int i = 0; i < 400; ++i) state = observe(state, i % 2 == 0 ? 11 : 9.2, 10, {});
  const double deviation = std::sqrt(0.81 * 400 / 399);
  const double r = best_precision(30, 0.1);
  CHECK(state.evidence == Approx(std::exp(log_mixture_one_sided(400 * 0.1 / deviation, 400, r))).epsilon(0.03));
}

TEST_CASE("a deviation known from ten windows only counts for less than one that is known") {
  GaugeState state;
  for (int i = 0; i < 10; ++i) state = observe(state, i % 2 == 0 ? 12 : 11, 10, {});
  const double plain = 10 * 1.5 / std::sqrt(0.25 * 10 / 9);
  CHECK(state.evidence > 20);
  CHECK(state.evidence < std::exp(log_mixture_one_sided(plain, 10, best_precision(30, 0.1))) / 1'000);
}

TEST_CASE("nothing is said before ten windows") {
  GaugeState state;
  for (int i = 0; i < 9; ++i) state = observe(state, 100 + i % 2, 1, {});
  CHECK(state.evidence == 1);
  CHECK(observe(state, 100, 1, {}).evidence > 20);
}

TEST_CASE("what moves both arms is no evidence, a shift below a tenth of that is") {
  std::mt19937_64 generator(11);
  int alarms = 0;
  for (int i = 0; i < 500; ++i) alarms += run(generator, 0, 120, {}).evidence_max >= 20 ? 1 : 0;
  INFO(alarms << " of 500");
  CHECK(alarms <= 25);
  int found = 0;
  for (int i = 0; i < 100; ++i) found += run(generator, 4, 120, {}).evidence_max >= 20 ? 1 : 0;
  CHECK(found == 100);
}

TEST_CASE("values that never move decide by their difference alone") {
  GaugeState equal;
  GaugeState higher;
  GaugeState hit_rate;
  GaugeSettings lower;
  lower.lower_is_worse = true;
  for (int i = 0; i < 10; ++i) {
    equal = observe(equal, 5, 5, {});
    higher = observe(higher, 6, 5, {});
    hit_rate = observe(hit_rate, 0.8, 0.9, lower);
  }
  CHECK(equal.evidence == 1);
  CHECK(higher.evidence > 1e6);
  CHECK(hit_rate.evidence > 1e6);
}

TEST_CASE("a tolerated ratio moves the line") {
  std::mt19937_64 generator(12);
  GaugeSettings settings;
  settings.tolerated_ratio = 1.1;
  CHECK(run(generator, 20, 120, settings).evidence < 1);
  CHECK(run(generator, 60, 120, settings).evidence > 20);
}

}  // namespace depops::analysis

#include "shared/analysis/classify.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "shared/analysis/mann_whitney.h"
#include "shared/analysis/root.h"

namespace depops::analysis {

TEST_CASE("Brent's method finds a root on either side of a flat end") {
  CHECK(root_of([](double x) { return std::tanh(3 - x); }, -50, 60, 1e-4) == Approx(3).margin(1e-4));
  CHECK(root_of([](double x) { return std::tanh(3 - x); }, -5'000, 4, 1e-4) == Approx(3).margin(1e-4));
  CHECK(root_of([](double x) { return x * x * x - 2; }, 0, 9, 1e-9) == Approx(std::cbrt(2.0)).margin(1e-9));
}

TEST_CASE(
    "r6-26 the known weakness of the judge on sparse errors stays as it is: counts belong to the sequential test") {
  // kayenta#426 and spinnaker#6278
  CHECK(classify({0, 1, 2, 1, 0, 0}, {0, 0, 0, 0, 0, 0}, {}).result == Class::pass);
  const Samples base(10, 1.0);
  Samples seven = base;
  for (std::size_t i = 0; i < 7; ++i) seven[i] = 100;
  CHECK(classify(seven, base, {}).result == Class::pass);
  Samples eight = seven;
  eight[7] = 100;
  CHECK(classify(eight, base, {}).result == Class::high);
}

TEST_CASE("two constants are compared, the same way every time") {
  const Classified high = classify({10, 10, 10}, {1, 1, 1}, {});
  CHECK(high.result == Class::high);
  CHECK(high.estimate == 9);
  CHECK(high.why == "canary - stable 9 (9 to 9), effect 10: High");
  ClassifierSettings falls;
  falls.direction = Direction::decrease;
  CHECK(classify({10, 10, 10}, {1, 1, 1}, falls).result == Class::pass);
}

TEST_CASE("outliers are removed only where that was asked for") {
  ClassifierSettings settings;
  settings.remove_outliers = true;
  const Samples control{1, 1.1, 0.9, 1, 1.05, 0.95, 1, 1.02};
  Samples experiment = control;
  experiment[0] = 1'000;
  CHECK(classify(experiment, control, settings).result == Class::pass);
  CHECK(ranks_of({3, 1, 3, 2}) == Samples{3.5, 1, 3.5, 2});
}

}  // namespace depops::analysis

#include <catch2/catch.hpp>
#include <functional>

#include "tests/montecarlo/outcome.h"

// False alarms and power of the errors test, looking at every one of 120 windows at alpha 0.05.
namespace depops::test {
namespace {

constexpr int kSlice = 1'000;
constexpr int kLong = 10'000;

analysis::SequentialSettings restarting() {
  analysis::SequentialSettings settings;
  settings.restarts = analysis::kRestartsMax;
  return settings;
}

Traffic traffic(double error_rate, double ratio = 1) {
  Traffic made;
  made.error_rate = error_rate;
  made.ratio = ratio;
  return made;
}

Traffic incident(const Ramp& ramp) {
  Traffic made = traffic(0.002);
  made.ramp = ramp;
  return made;
}

Traffic clumped(double error_rate, double variation) {
  Traffic made = traffic(error_rate);
  made.variation = variation;
  return made;
}

struct Healthy {
  const char* name;
  Traffic traffic;
  std::function<Watcher(Drawn&)> test;
};

std::vector<Healthy> healthy() {
  analysis::SequentialSettings tolerant;
  tolerant.tolerated_ratio = 1.5;
  return {{"1 % errors", traffic(0.01), errors_test()},
          {"0.1 % errors", traffic(0.001), errors_test()},
          {"20 % errors", traffic(0.2), errors_test()},
          {"an incident of both, constant weight", incident({0.1, 0.1, 0.1, 10}), errors_test()},
          {"a ramp to half with an incident of both", incident({0.05, 0.25, 0.5, 10}), errors_test()},
          {"clumps of 0.5, dispersion measured before", clumped(0.01, 0.5), measured_test(240)},
          {"clumps of 1, dispersion measured before", clumped(0.01, 1), measured_test(240)},
          {"clumps of 0.5, dispersion measured meanwhile", clumped(0.01, 0.5), measured_test(0)},
          {"clumps of 1, dispersion measured meanwhile", clumped(0.01, 1), measured_test(0)},
          {"rare errors in clumps, dispersion measured meanwhile", clumped(0.0002, 1), measured_test(0)},
          {"1.5 times the errors, tolerated", traffic(0.01, 1.5), errors_test(tolerant)},
          {"1 % errors, restarting", traffic(0.01), errors_test(restarting())}};
}

void check_false_alarms(int runs, double most) {
  for (const Healthy& one : healthy()) {
    const Outcome outcome = watch(one.traffic, runs, one.test);
    INFO(one.name << ": " << outcome.alarms() << " of " << runs << ", upper bound " << outcome.upper_99());
    CHECK(outcome.upper_99() <= most);
  }
}

// Looks until half of the runs were stopped; 1,000,000: they were not.
int median_looks(const Traffic& traffic, int runs, const std::function<Watcher(Drawn&)>& test) {
  return watch(traffic, runs, test).median(traffic.onset).value_or(1'000'000);
}

void check_power(int runs, int slack) {
  const auto near = [slack](int looks) { return Approx(looks).margin(slack); };
  CHECK(median_looks(traffic(0.002, 2), runs, errors_test()) == near(18));
  CHECK(median_looks(traffic(0.002, 2), runs, errors_test(restarting())) <= 32);
  CHECK(median_looks(traffic(0.002, 3), runs, errors_test()) == near(6));
  CHECK(median_looks(traffic(0.01, 1.5), runs, errors_test()) == near(14));
  CHECK(median_looks(traffic(0.0005, 3), runs, errors_test()) == near(22));
  CHECK(watch(traffic(0.001, 3), runs, errors_test()).stopped_within(60) > 0.99);
  Traffic late = traffic(0.01, 2);
  late.onset = 60;
  CHECK(median_looks(late, runs, errors_test()) == near(18));
  CHECK(median_looks(late, runs, errors_test(restarting())) == near(7));
  late.ratio = 3;
  CHECK(median_looks(late, runs, errors_test()) == near(9));
  CHECK(median_looks(late, runs, errors_test(restarting())) == near(3));
}

// A proof at the margin itself is a mistake, one of an equal canary is what it is for. At the margin
// the evidence is exactly fair, so nearly the whole of alpha is used up.
void check_proofs(int runs, double most) {
  for (const double error_rate : {0.002, 0.01, 0.2}) {
    INFO("at " << error_rate);
    CHECK(watch(traffic(error_rate, 2), runs, proof_test(2)).upper_99() <= most);
  }
  CHECK(median_looks(traffic(0.01), runs, proof_test(2)) == Approx(4).margin(1));
  CHECK(median_looks(traffic(0.001), runs, proof_test(3)) == Approx(13).margin(2));
}

}  // namespace

TEST_CASE("a slice: false alarms of the errors test stay below alpha at every look") {
  check_false_alarms(kSlice, 0.05);
}
TEST_CASE("a slice: what the errors test finds, and how soon") { check_power(kSlice, 3); }
TEST_CASE("a slice: nothing at the margin is proven, an equal canary soon") { check_proofs(kSlice, 0.06); }

TEST_CASE("10,000 runs: false alarms of the errors test are at most 3 % with 99 % confidence", "[.][long]") {
  check_false_alarms(kLong, 0.03);
}
TEST_CASE("10,000 runs: what the errors test finds, and how soon", "[.][long]") { check_power(kLong, 1); }
TEST_CASE("10,000 runs: nothing at the margin is proven, an equal canary soon", "[.][long]") {
  check_proofs(kLong, 0.05);
}

// The peers' ways on the same draws, for the record of why they are not ours.
TEST_CASE("looking again and again at a z-test cries wolf, and an incident during a ramp convinces it") {
  CHECK(watch(traffic(0.01), kSlice, repeated_z_test()).rate() > 0.25);
  CHECK(watch(incident({0.05, 0.25, 0.5, 10}), kSlice, repeated_z_test()).rate() > 0.95);
}

TEST_CASE("Mann-Whitney misses three times 0.1 % in many runs and takes far longer") {
  const Outcome judged = watch(traffic(0.001, 3), 60, repeated_mann_whitney());
  CHECK(judged.stopped_within(60) < 0.8);
  CHECK(judged.median().value_or(1'000'000) > 3 * median_looks(traffic(0.001, 3), 60, errors_test()));
}

}  // namespace depops::test

#include <catch2/catch.hpp>
#include <cmath>

#include "shared/analysis/classify.h"
#include "shared/analysis/run.h"

// r6-26: what hides failures in counts when they are judged as values.
namespace depops::analysis::r6_counts {
namespace {

AnalysisSpec errors_spec() {
  MetricSpec metric;
  metric.name = MetricName("errors");
  metric.test = ErrorsTest{};
  return {TemplateName("t"), {metric}};
}

Input counted(std::uint64_t canary_errors, std::uint64_t canary, std::uint64_t stable_errors, std::uint64_t stable) {
  return CountedWindow{{{}, Instant(Millis(30'000)), {canary, canary_errors}, {stable, stable_errors}}, std::nullopt};
}

Judged after(const std::vector<Input>& inputs) {
  const AnalysisSpec spec = errors_spec();
  RunState run = begin(spec);
  Judged last;
  for (const Input& input : inputs) {
    last = judge(run, spec, 0, input);
    run.metrics[0] = last.next;
  }
  return last;
}

}  // namespace

TEST_CASE("r6-26 errors of the canary beside a stable version without any are found, with numbers that are numbers") {
  const Judged judged = after({counted(9, 300, 0, 2'700)});
  CHECK(judged.measurement.outcome == Outcome::fail);
  CHECK(std::isfinite(judged.measurement.value));
  CHECK(judged.measurement.sentence.find("only the canary fails") != std::string::npos);
}

TEST_CASE("r6-26 sparse errors count the same in one window or in many") {
  const Judged many = after({counted(0, 10, 0, 10), counted(1, 10, 0, 10), counted(2, 10, 0, 10), counted(1, 10, 0, 10),
                             counted(0, 10, 0, 10), counted(0, 10, 0, 10)});
  const Judged one = after({counted(4, 60, 0, 60)});
  CHECK(many.measurement.value == Approx(one.measurement.value));
  CHECK(many.measurement.value > 6);
}

TEST_CASE("r6-26 one window full of errors among quiet ones is no outlier: it fails the canary") {
  std::vector<Input> windows(30, counted(0, 100, 1, 900));
  windows.push_back(counted(40, 100, 1, 900));
  CHECK(after(windows).measurement.outcome == Outcome::fail);
  // Judged as a value it is thrown away.
  Samples canary(30, 0.001);
  canary.push_back(0.4);
  ClassifierSettings settings;
  settings.remove_outliers = true;
  CHECK(classify(canary, Samples(31, 0.001), settings).result == Class::pass);
}

}  // namespace depops::analysis::r6_counts

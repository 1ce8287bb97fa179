#include "shared/analysis/run.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace depops::analysis {
namespace {

AnalysisSpec errors_spec() {
  MetricSpec metric;
  metric.name = MetricName("errors");
  metric.test = ErrorsTest{};
  return {TemplateName("t"), {metric}};
}

AnalysisSpec condition_spec(const std::string& success, const std::string& fail) {
  AnalysisSpec spec = errors_spec();
  spec.metrics[0].test = Conditions{success, fail};
  return spec;
}

Input counted(std::uint64_t canary_errors, std::uint64_t canary, std::uint64_t stable_errors, std::uint64_t stable) {
  CountedWindow input;
  input.window.canary = {canary, canary_errors};
  input.window.stable = {stable, stable_errors};
  return input;
}

Input sampled(std::optional<double> result) {
  SampledValues input;
  input.result = result;
  return input;
}

RunState after(RunState run, const AnalysisSpec& spec, const std::vector<Input>& inputs) {
  for (const Input& input : inputs) run.metrics[0] = judge(run, spec, 0, input).next;
  return run;
}

Outcome judged(const AnalysisSpec& spec, const Input& input) {
  return judge(begin(spec), spec, 0, input).measurement.outcome;
}

}  // namespace

TEST_CASE("the sentence carries the numbers a person needs to check the verdict") {
  const AnalysisSpec spec = errors_spec();
  const Judged judged = judge(begin(spec), spec, 0, counted(9, 212, 9, 1'902));
  CHECK(judged.measurement.sentence ==
        "canary 9 errors in 212 requests, stable 9 in 1902: 9.0x, evidence 2440 : 1, limit 20 : 1");
  CHECK(judged.measurement.outcome == Outcome::fail);
}

TEST_CASE("a failing window decides at once, whatever minRequests says") {
  AnalysisSpec spec = errors_spec();
  spec.metrics[0].limits.min_requests = 1'000'000;
  const auto decision = decided(after(begin(spec), spec, {counted(9, 20, 0, 180)}), spec);
  REQUIRE(decision.has_value());
  CHECK(decision->outcome == Outcome::fail);
}

TEST_CASE("r6-14 a quiet canary passes only with minRequests") {
  const AnalysisSpec spec = errors_spec();
  const RunState few = after(begin(spec), spec, {counted(0, 40, 0, 400), counted(0, 40, 0, 400)});
  CHECK_FALSE(decided(few, spec).has_value());
  CHECK(conclude(few, spec).outcome == Outcome::no_data);
  CHECK(conclude(few, spec).reason == "metric errors: the canary had 80 requests, minRequests is 100");
  CHECK(conclude(after(few, spec, {counted(0, 40, 0, 400)}), spec).outcome == Outcome::pass);
}

TEST_CASE("r6-14 no data is its own verdict and never a pass") {
  const AnalysisSpec spec = errors_spec();
  RunState run = after(begin(spec), spec, {counted(0, 0, 0, 100), counted(0, 0, 0, 100)});
  CHECK_FALSE(decided(run, spec).has_value());
  CHECK(conclude(run, spec).outcome == Outcome::no_data);
  run = after(run, spec, {counted(0, 0, 0, 100)});
  REQUIRE(decided(run, spec).has_value());
  CHECK(decided(run, spec)->outcome == Outcome::no_data);
  CHECK(decided(run, spec)->reason == "metric errors: 3 windows in a row had no data, at most 2 allowed");
}

TEST_CASE("five windows that could not be measured are an error, a good one in between starts again") {
  const AnalysisSpec spec = errors_spec();
  const Input broken = MeasuringFailed{{}, "connection refused"};
  RunState run = after(begin(spec), spec, {broken, broken, broken, broken});
  CHECK_FALSE(decided(run, spec).has_value());
  CHECK_FALSE(decided(after(run, spec, {counted(0, 10, 0, 90), broken}), spec).has_value());
  run = after(run, spec, {broken});
  CHECK(decided(run, spec).value().outcome == Outcome::error);
}

TEST_CASE("truth table of conditions") {
  const Input low = sampled(0.5);
  const Input high = sampled(2);
  const Input nan = sampled(std::nan(""));
  CHECK(judged(condition_spec("result < 1", ""), low) == Outcome::pass);
  CHECK(judged(condition_spec("result < 1", ""), high) == Outcome::fail);
  CHECK(judged(condition_spec("", "result > 1"), low) == Outcome::pass);
  CHECK(judged(condition_spec("", "result > 1"), high) == Outcome::fail);
  CHECK(judged(condition_spec("result < 0.1", "result > 1"), low) == Outcome::inconclusive);
  CHECK(judged(condition_spec("result > 1", "result > 1"), high) == Outcome::fail);
  CHECK(judged(condition_spec("", "result > 1"), nan) == Outcome::inconclusive);
  CHECK(judged(condition_spec("result < 1", ""), nan) == Outcome::inconclusive);
  CHECK(judged(condition_spec("result < 1", ""), sampled(std::nullopt)) == Outcome::no_data);
  CHECK(judged(condition_spec("", "result > 0.05"), counted(2, 100, 0, 900)) == Outcome::pass);
  CHECK(judged(condition_spec("", "result > 0.05"), counted(9, 100, 0, 900)) == Outcome::fail);
}

TEST_CASE("a dry run is measured and never decides") {
  AnalysisSpec spec = errors_spec();
  spec.metrics.push_back(spec.metrics[0]);
  spec.metrics[1].name = MetricName("shadow");
  spec.metrics[1].dry_run = true;
  RunState run = begin(spec);
  run.metrics[1] = judge(run, spec, 1, counted(90, 100, 0, 900)).next;
  CHECK(run.metrics[1].failures == 1);
  CHECK_FALSE(decided(run, spec).has_value());
  CHECK(evidence_limit(spec, 0.05) == Approx(20));
}

TEST_CASE("alpha is shared by the metrics that can fail a rollout") {
  AnalysisSpec spec = errors_spec();
  spec.metrics.push_back(spec.metrics[0]);
  CHECK(evidence_limit(spec, 0.05) == Approx(40));
}

}  // namespace depops::analysis

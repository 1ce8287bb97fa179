#include <catch2/catch.hpp>

#include "shared/analysis/run.h"

// Limits, counts and proofs: when a run is over, and as what.
namespace depops::analysis {
namespace {

AnalysisSpec spec_of(const Limits& limits) {
  MetricSpec metric;
  metric.name = MetricName("m");
  metric.test = Conditions{"result < 1", "result > 2"};
  metric.limits = limits;
  metric.limits.min_requests = 0;
  return {TemplateName("t"), {metric}};
}

AnalysisSpec proof_spec(const ProofRule& rule) {
  AnalysisSpec spec = spec_of({});
  ErrorsTest test;
  test.proof = rule;
  spec.metrics[0].test = test;
  return spec;
}

const Window kWindow{{}, Instant(Millis(30'000)), {300, 0}, {2'700, 0}};
const Input kPass = SampledValues{kWindow, 0.5, std::nullopt};
const Input kUnclear = SampledValues{kWindow, 1.5, std::nullopt};
const Input kFail = SampledValues{kWindow, 3, std::nullopt};
const Input kError = MeasuringFailed{kWindow, "connection refused"};
const Input kNothing = NothingMeasured{kWindow, "no such series"};

RunState after(const AnalysisSpec& spec, const std::vector<Input>& inputs, std::size_t metric = 0) {
  RunState run = begin(spec);
  for (const Input& input : inputs) run.metrics[metric] = judge(run, spec, metric, input).next;
  return run;
}

Input errors(std::uint64_t canary, std::uint64_t stable) {
  return CountedWindow{{{}, Instant(Millis(30'000)), {300, canary}, {2'700, stable}}, std::nullopt};
}

}  // namespace

TEST_CASE("fail wins over error, error over inconclusive, inconclusive over no data, whatever the order of metrics") {
  Limits none;
  none.consecutive_error_limit = 0;
  none.no_data_limit = 0;
  AnalysisSpec spec = spec_of(none);
  for (const char* name : {"b", "c", "d"}) {
    spec.metrics.push_back(spec.metrics[0]);
    spec.metrics.back().name = MetricName(name);
  }
  RunState run = begin(spec);
  const std::vector<std::pair<Input, Outcome>> rising = {{kNothing, Outcome::no_data},
                                                         {kUnclear, Outcome::inconclusive},
                                                         {kError, Outcome::error},
                                                         {kFail, Outcome::fail}};
  for (std::size_t i = 0; i < rising.size(); ++i) {
    run.metrics[i] = judge(run, spec, i, rising[i].first).next;
    CHECK(decided(run, spec).value().outcome == rising[i].second);
  }
}

TEST_CASE("count ends a metric and with it the run; windows that were not measured do not count") {
  Limits limits;
  limits.count = 3;
  const AnalysisSpec spec = spec_of(limits);
  const RunState run = after(spec, {kPass, kError, kNothing, kPass});
  CHECK_FALSE(finished(run.metrics[0], spec.metrics[0]));
  CHECK_FALSE(decided(run, spec));
  const RunState all = after(spec, {kPass, kError, kPass, kPass});
  CHECK(finished(all.metrics[0], spec.metrics[0]));
  CHECK(decided(all, spec)->outcome == Outcome::pass);
}

TEST_CASE("a run whose metrics are all done but saw too few requests has no data, and says how many") {
  Limits limits;
  limits.count = 1;
  AnalysisSpec spec = spec_of(limits);
  spec.metrics[0].limits.min_requests = 1'000;
  const auto decision = decided(after(spec, {kPass}), spec);
  CHECK(decision->outcome == Outcome::no_data);
  CHECK(decision->reason == "metric m: the canary had 300 requests, minRequests is 1000");
}

TEST_CASE("successes in a row end a metric early; not having them when all windows are used up is unclear") {
  Limits limits;
  limits.failure_limit = 5;
  limits.consecutive_success_limit = 2;
  limits.count = 4;
  const AnalysisSpec spec = spec_of(limits);
  CHECK(decided(after(spec, {kFail, kPass, kPass}), spec)->outcome == Outcome::pass);
  CHECK_FALSE(decided(after(spec, {kPass, kError, kPass}), spec));
  const auto unclear = decided(after(spec, {kPass, kFail, kPass, kFail}), spec);
  CHECK(unclear->outcome == Outcome::inconclusive);
  CHECK(unclear->reason == "metric m: 0 windows passed in a row after all 4, 2 needed");
  limits.failure_limit = kNoLimit;
  const AnalysisSpec off = spec_of(limits);
  CHECK(decided(after(off, {kFail, kFail, kFail, kFail}), off)->outcome == Outcome::fail);
}

TEST_CASE("minSuccess needs as many windows that passed") {
  Limits limits;
  limits.min_success = 3;
  limits.no_data_limit = 10;
  const AnalysisSpec spec = spec_of(limits);
  CHECK(conclude(after(spec, {kPass, kPass}), spec).reason == "metric m: 2 windows passed, minSuccess is 3");
  CHECK(conclude(after(spec, {kPass, kNothing, kPass, kPass}), spec).outcome == Outcome::pass);
}

TEST_CASE("r6-13 a run that was stopped is terminated, never passed; what was decided before stands") {
  const AnalysisSpec spec = spec_of({});
  CHECK(terminate(begin(spec), spec).outcome == Outcome::terminated);
  CHECK(terminate(after(spec, {kPass, kPass}), spec).outcome == Outcome::terminated);
  CHECK(terminate(after(spec, {kPass, kFail}), spec).outcome == Outcome::fail);
}

TEST_CASE("requireProof: a quiet canary does not pass without errors to prove itself on, an equal one does") {
  ProofRule rule;
  rule.required = true;
  const AnalysisSpec spec = proof_spec(rule);
  const Decision quiet = conclude(after(spec, {errors(0, 0), errors(0, 0)}), spec);
  CHECK(quiet.outcome == Outcome::inconclusive);
  CHECK(quiet.reason == "metric m: not proven: evidence 1 : 1 that the canary's error rate is below 2x, 20 : 1 needed");
  const RunState equal = after(spec, std::vector<Input>(6, errors(3, 27)));
  CHECK_FALSE(decided(equal, spec));  // proven, and the time is not over
  CHECK(conclude(equal, spec).outcome == Outcome::pass);
  CHECK(conclude(after(proof_spec({}), {errors(0, 0)}), proof_spec({})).outcome == Outcome::pass);
}

TEST_CASE("a proven canary ends the run early once enough time was measured, a clock jump adds none") {
  ProofRule rule;
  rule.early_after = Millis(300'000);
  const AnalysisSpec spec = proof_spec(rule);
  CHECK_FALSE(decided(after(spec, std::vector<Input>(9, errors(3, 27))), spec));
  CHECK(decided(after(spec, std::vector<Input>(10, errors(3, 27))), spec)->outcome == Outcome::pass);
  Input jump = errors(3, 27);
  std::get<CountedWindow>(jump).window.to = Instant(Millis(86'400'000));
  CHECK_FALSE(decided(after(spec, {errors(3, 27), errors(3, 27), errors(3, 27), errors(3, 27), jump}), spec));
  CHECK_FALSE(decided(after(spec, std::vector<Input>(20, errors(0, 0))), spec));
  AnalysisSpec busy = spec;
  busy.metrics[0].limits.min_requests = 1'000'000;
  CHECK_FALSE(decided(after(busy, std::vector<Input>(10, errors(3, 27))), busy));
}

TEST_CASE("r6-14 noData says what silence means: by itself a person looks, else it fails or holds nobody up") {
  const NoDataPolicy policy = GENERATE(NoDataPolicy::inconclusive, NoDataPolicy::fail, NoDataPolicy::pass);
  Limits limits;
  limits.no_data = policy;
  const AnalysisSpec spec = spec_of(limits);
  const RunState silent = after(spec, {kNothing, kNothing, kNothing});
  const RunState shorter = after(spec, {kNothing});
  if (policy == NoDataPolicy::inconclusive) {
    CHECK(decided(silent, spec).value().outcome == Outcome::no_data);
    CHECK(conclude(shorter, spec).outcome == Outcome::no_data);
  } else if (policy == NoDataPolicy::fail) {
    CHECK(decided(silent, spec).value().outcome == Outcome::fail);
    CHECK(decided(silent, spec)->reason == "metric m: 3 windows in a row had no data, at most 2 allowed");
    CHECK(conclude(shorter, spec).reason == "metric m: nothing was measured, and noData is fail");
  } else {
    CHECK_FALSE(decided(silent, spec).has_value());
    CHECK(conclude(silent, spec).outcome == Outcome::pass);
    CHECK(has_passed(silent, spec));
  }
  CHECK(judge(begin(spec), spec, 0, kNothing).measurement.outcome ==
        Outcome::no_data);  // the window itself never passes
}

TEST_CASE("r6-14 noData: pass lets silence pass, nothing that was measured and nothing that could not be") {
  Limits limits;
  limits.no_data = NoDataPolicy::pass;
  AnalysisSpec spec = spec_of(limits);
  CHECK(decided(after(spec, {kNothing, kFail}), spec).value().outcome == Outcome::fail);
  CHECK(conclude(after(spec, {kNothing, kError}), spec).outcome == Outcome::no_data);
  spec.metrics[0].limits.min_requests = 10'000;
  CHECK(conclude(after(spec, {kPass, kNothing, kNothing, kNothing}), spec).outcome == Outcome::no_data);
  CHECK(conclude(after(spec, {kNothing}), spec).outcome == Outcome::pass);
}

}  // namespace depops::analysis

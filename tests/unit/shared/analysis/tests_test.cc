#include <catch2/catch.hpp>
#include <cmath>

#include "shared/analysis/run.h"

// How a run carries each kind of test from window to window.
namespace depops::analysis {
namespace {

AnalysisSpec spec_of(Test test) {
  MetricSpec metric;
  metric.name = MetricName("m");
  metric.test = std::move(test);
  metric.limits.min_requests = 0;
  return {TemplateName("t"), {metric}};
}

Window window_with(std::uint64_t canary_errors, std::uint64_t stable_errors) {
  return {{}, Instant(Millis(30'000)), {300, canary_errors}, {2'700, stable_errors}};
}

Input counted(std::uint64_t canary_errors, std::uint64_t stable_errors) {
  return CountedWindow{window_with(canary_errors, stable_errors), std::nullopt};
}

Input values(double canary, double stable) { return SampledValues{window_with(0, 0), canary, stable}; }

Input histogram(std::uint64_t canary_slow, std::uint64_t stable_slow) {
  CountedHistogram input;
  input.window = window_with(0, 0);
  input.histogram.bounds = {0.1, 0.25};
  input.histogram.canary = {300, {canary_slow, canary_slow}};
  input.histogram.stable = {2'700, {stable_slow, stable_slow}};
  return input;
}

Measurement feed(RunState& run, const AnalysisSpec& spec, const Input& input) {
  Judged judged = judge(run, spec, 0, input);
  run.metrics[0] = std::move(judged.next);
  return judged.measurement;
}

}  // namespace

TEST_CASE("latency: the sentence names the bound that speaks loudest, and a tail fails the run") {
  const AnalysisSpec spec = spec_of(LatencyTest{});
  RunState run = begin(spec);
  const Measurement made = feed(run, spec, histogram(40, 100));
  CHECK(made.sentence.rfind("slower than 0.1 s: canary 40 of 300, stable 100 of 2700: 3.6x, evidence ", 0) == 0);
  CHECK(made.outcome == Outcome::fail);
  CHECK(decided(run, spec)->outcome == Outcome::fail);
  CHECK(size_of(run.metrics[0]) <= 8 * 1'024);
}

TEST_CASE("latency: changed buckets are an error, counts alone are no data") {
  const AnalysisSpec spec = spec_of(LatencyTest{});
  RunState run = begin(spec);
  feed(run, spec, histogram(1, 9));
  Input other = histogram(1, 9);
  std::get<CountedHistogram>(other).histogram.bounds = {0.1, 0.5};
  CHECK(feed(run, spec, other).outcome == Outcome::error);
  CHECK(feed(run, spec, counted(1, 9)).outcome == Outcome::no_data);
}

TEST_CASE("gauge: a shift fails with its averages in the sentence; a value that is missing is no data") {
  const AnalysisSpec spec = spec_of(GaugeTest{});
  RunState run = begin(spec);
  Measurement made;
  for (int i = 0; i < 20; ++i) made = feed(run, spec, values(512 + i % 3, 480 + i % 2));
  CHECK(made.outcome == Outcome::fail);
  CHECK(made.sentence.rfind("canary 513 on average, stable 480, over 20 windows: 1.07x, evidence ", 0) == 0);
  CHECK(feed(run, spec, values(std::nan(""), 480)).outcome == Outcome::no_data);
  CHECK(feed(run, spec, SampledValues{window_with(0, 0), 512, std::nullopt}).sentence ==
        "no value for the stable version");
}

TEST_CASE("Mann-Whitney looks once, when all samples are there, and does not pass before") {
  MannWhitneyTest test;
  test.samples = 12;
  const AnalysisSpec spec = spec_of(test);
  RunState run = begin(spec);
  for (int i = 0; i < 11; ++i) feed(run, spec, values(10 + i % 4, 10 + (i + 1) % 4));
  CHECK_FALSE(decided(run, spec));
  CHECK(conclude(run, spec).reason == "metric m: 11 of 12 samples taken");
  CHECK(conclude(run, spec).outcome == Outcome::no_data);
  RunState worse = run;
  CHECK(feed(run, spec, values(11, 12)).outcome == Outcome::pass);
  CHECK(decided(run, spec)->outcome == Outcome::pass);
  CHECK(finished(run.metrics[0], spec.metrics[0]));
  worse = begin(spec);
  for (int i = 0; i < 12; ++i) feed(worse, spec, values(40 + i % 4, 10 + i % 4));
  CHECK(decided(worse, spec)->outcome == Outcome::fail);
  CHECK(size_of(worse.metrics[0]) <= 8 * 1'024);
}

TEST_CASE("a verdict on NaN carries a number that can travel, and says NaN in its sentence") {
  MannWhitneyTest once;
  once.samples = 5;
  const AnalysisSpec samples = spec_of(once);
  RunState run = begin(samples);
  Measurement made;
  for (int i = 0; i < 5; ++i) made = feed(run, samples, values(5 + i, 0));
  CHECK(made.outcome == Outcome::fail);
  CHECK(made.value == 0);
  CHECK_THAT(made.sentence, Catch::Contains("effect without a number"));
  const AnalysisSpec condition = spec_of(Conditions{"", "result > 1"});
  RunState other = begin(condition);
  made = feed(other, condition, values(std::nan(""), 0));
  CHECK(made.outcome == Outcome::inconclusive);
  CHECK(made.value == 0);
  CHECK_THAT(made.sentence, Catch::StartsWith("result nan"));
}

TEST_CASE("burn: a canary that eats the budget fails whatever the stable version does") {
  const AnalysisSpec spec = spec_of(BurnTest{});
  RunState run = begin(spec);
  const Measurement made = feed(run, spec, counted(30, 270));
  CHECK(made.outcome == Outcome::fail);
  CHECK(made.sentence.rfind("burns 100x over 1 min and 100x over 5 min, limit 14.4x; ", 0) == 0);
  CHECK(size_of(run.metrics[0]) <= 2 * 1'024);
}

TEST_CASE("errors: clumps that the stable instances show hold the evidence back, and the sentence says so") {
  ErrorsTest test;
  test.dispersion = 0;
  const AnalysisSpec spec = spec_of(test);
  RunState run = begin(spec);
  RunState plain = begin(spec);
  Measurement held;
  for (int i = 0; i < 6; ++i) {
    const Window parts{{}, {}, {300, i % 2 == 0 ? 12U : 0U}, {2'400, 24}};
    held = feed(run, spec, CountedWindow{window_with(6, 27), parts});
    feed(plain, spec, counted(6, 27));
  }
  CHECK(run.metrics[0].sequential.evidence < plain.metrics[0].sequential.evidence);
  CHECK(held.sentence.find(", errors clump ") != std::string::npos);
}

TEST_CASE("errors with the restart mixture, dispersion and proof keep a state within 1 KiB") {
  ErrorsTest test;
  test.restarts = kRestartsMax;
  test.dispersion = 0;
  test.proof.required = true;
  const AnalysisSpec spec = spec_of(test);
  RunState run = begin(spec);
  for (int i = 0; i < 200; ++i) feed(run, spec, CountedWindow{window_with(1, 9), Window{{}, {}, {300, 1}, {2'400, 8}}});
  CHECK(run.metrics[0].sequential.copies.size() == kRestartsMax);
  CHECK(size_of(run.metrics[0]) <= 1'024);
}

}  // namespace depops::analysis

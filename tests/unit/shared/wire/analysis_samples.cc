#include "shared/signing/signing.h"
#include "shared/wire/documents.h"
#include "tests/unit/shared/wire/samples.h"

// Every kind of test with nothing left at its default, and the state of each in the middle of a run.
namespace depops::test {
namespace {

analysis::MetricSpec metric(const char* name, analysis::Test test) {
  analysis::MetricSpec made;
  made.name = MetricName(name);
  made.test = std::move(test);
  made.interval = Millis(30'000);
  return made;
}

analysis::MetricSpec errors() {
  analysis::ErrorsTest test;
  test.dispersion = 0;
  test.restarts = 12;
  test.every = 5;
  test.proof = {3, true, Millis(300'000)};
  analysis::MetricSpec made = metric("errors", test);
  made.limits.failure_limit = analysis::kNoLimit;
  made.limits.min_success = 3;
  made.limits.consecutive_success_limit = 4;
  made.limits.count = 20;
  return made;
}

analysis::MetricSpec clumped() {
  analysis::ErrorsTest test;
  test.dispersion = 2.5;
  return metric("clumped", test);
}

analysis::MetricSpec samples() {
  analysis::MannWhitneyTest test;
  test.samples = 12;
  test.settings.direction = analysis::Direction::increase;
  test.settings.effect = analysis::Effect::cles;
  test.settings.tolerance = 0.1;
  test.settings.confidence = 0.95;
  test.settings.allowed = {0.2, 0.8};
  test.settings.remove_outliers = true;
  return metric("samples", test);
}

analysis::MetricSpec burn() {
  analysis::BurnSettings settings;
  settings.objective = 0.995;
  settings.limit = 6;
  settings.long_window = Millis(600'000);
  settings.short_window = Millis(120'000);
  settings.spend_limit = 0.01;
  return metric("burn", analysis::BurnTest{settings});
}

analysis::AnalysisSpec spec() {
  return {TemplateName("tests"),
          {errors(), clumped(), metric("latency", analysis::LatencyTest{0.01, 1.1, 2, 3, 7}),
           metric("gauge", analysis::GaugeTest{0.1, 1.2, true}), samples(), burn()}};
}

// Written down, not computed: the same bytes on every machine.
analysis::LatencyState latency_state() {
  analysis::LatencyState state;
  state.windows = 3;
  state.bounds = {0.1, 0.5};
  state.logs = {{0.5, 1, 2, 3, 4, 5, -6}, {-0.25, 0, 0, 1, 0, 0, 0}};
  state.evidence = 7.5;
  state.evidence_max = 8.25;
  return state;
}

analysis::RunState state() {
  analysis::RunState run = analysis::begin(spec());
  analysis::MetricState& errors = run.metrics[0];
  errors.sequential = {6, {{0.5, 1, 2, 3, 4, 5, -6}, {}}, 2.5, 4};
  errors.dispersion = {12.5, 5};
  errors.proof = {{0.5, 1.5, -2}, 3, 3.5};
  errors.canary_requests = 900;
  errors.measured = Millis(90'000);
  errors.passes = 3;
  errors.passes_in_a_row = 2;
  run.metrics[2].other = latency_state();
  run.metrics[3].other = analysis::GaugeState{12, 1.5, 3.25, 512, 480, 6.5, 7};
  run.metrics[4].other = analysis::SamplesState{{512, 513}, {480, 481.5}};
  run.metrics[5].other = analysis::BurnState{{{Instant(Millis(0)), Instant(Millis(30'000)), {300, 2}}}, 0.0078125};
  return run;
}

}  // namespace

rollout::Plan tests_plan() {
  rollout::Plan plan = canary_plan();
  plan.strategy = rollout::Canary{{rollout::SetWeight{10}, rollout::Analysis{spec(), Millis(600'000)}}};
  return plan;
}

rollout::Record tests_record() {
  rollout::Record value = record();
  value.plan = std::make_shared<const rollout::Plan>(tests_plan());
  value.plan_digest = signing::digest_of(wire::encode_plan(*value.plan));
  value.analysis->state = state();
  value.analysis->open.resize(spec().metrics.size());
  return value;
}

}  // namespace depops::test

#include "shared/analysis/run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "shared/analysis/judge.h"
#include "shared/analysis/sentence.h"

namespace depops::analysis {
namespace {

struct Chooser {
  const MetricState& state;
  const Judging& judging;
  const Input& input;
  TestResult operator()(const ErrorsTest& test) const { return judge_errors(state, judging, test, input); }
  TestResult operator()(const LatencyTest& test) const { return judge_latency(state, judging, test, input); }
  TestResult operator()(const GaugeTest& test) const { return judge_gauge(state, judging, test, input); }
  TestResult operator()(const MannWhitneyTest& test) const { return judge_mann_whitney(state, test, input); }
  TestResult operator()(const BurnTest& test) const { return judge_burn(state, test, input); }
  TestResult operator()(const Conditions& test) const { return judge_conditions(state, test, input); }
};

TestResult judge_input(const MetricState& state, const Judging& judging, const Input& input) {
  if (const auto* nothing = std::get_if<NothingMeasured>(&input)) return without_data(state, nothing->why);
  if (const auto* failed = std::get_if<MeasuringFailed>(&input)) return {state, Outcome::error, failed->why};
  return std::visit(Chooser{state, judging, input}, judging.metric.test);
}

// What is no number stands in the sentence; where numbers travel and are kept it would be refused.
double travelling(double value) { return std::isnan(value) ? 0 : value; }

// A clock that jumps adds no more than two intervals.
Millis length_of(const Window& window, Millis interval) {
  return std::clamp(std::chrono::duration_cast<Millis>(window.to - window.from), Millis(0), 2 * interval);
}

void count(MetricState& state, const MetricSpec& metric, const TestResult& result, const Window& window) {
  const auto in_a_row = [&](std::uint32_t& streak, Outcome outcome) {
    streak = result.outcome == outcome ? streak + 1 : 0;
  };
  state.canary_requests += window.canary.requests;
  in_a_row(state.errors_in_a_row, Outcome::error);
  in_a_row(state.no_data_in_a_row, Outcome::no_data);
  if (result.outcome == Outcome::error || result.outcome == Outcome::no_data) {
    state.passes_in_a_row = 0;
    return;
  }
  state.measured += length_of(window, metric.interval);
  if (!result.counts) return;
  in_a_row(state.passes_in_a_row, Outcome::pass);
  state.passes += result.outcome == Outcome::pass ? 1 : 0;
  state.failures += result.outcome == Outcome::fail ? 1 : 0;
  state.inconclusives += result.outcome == Outcome::inconclusive ? 1 : 0;
}

}  // namespace

RunState begin(const AnalysisSpec& spec) {
  RunState run;
  run.metrics.resize(spec.metrics.size());
  return run;
}

double evidence_limit(const AnalysisSpec& spec, double alpha) {
  const auto can_fail =
      std::count_if(spec.metrics.begin(), spec.metrics.end(), [](const MetricSpec& metric) { return !metric.dry_run; });
  return static_cast<double>(std::max<std::ptrdiff_t>(can_fail, 1)) / alpha;
}

Judged judge(const RunState& run, const AnalysisSpec& spec, std::size_t index, const Input& input) {
  DEPOPS_CHECK(index < spec.metrics.size() && run.metrics.size() == spec.metrics.size());
  const MetricSpec& metric = spec.metrics[index];
  TestResult result = judge_input(run.metrics[index], {spec, metric}, input);
  count(result.next, metric, result, window_of(input));
  Judged judged;
  judged.measurement = {metric.name,      result.outcome,
                        window_of(input), travelling(result.value),
                        result.limit,     std::move(result.sentence)};
  judged.next = std::move(result.next);
  return judged;
}

std::size_t size_of(const MetricState& state) {
  std::size_t size = sizeof(MetricState) - sizeof(SequentialState) + size_of(state.sequential);
  if (const auto* latency = std::get_if<LatencyState>(&state.other)) size += size_of(*latency) - sizeof(LatencyState);
  if (const auto* samples = std::get_if<SamplesState>(&state.other))
    size += 2 * samples->canary.size() * sizeof(double);
  if (const auto* burn = std::get_if<BurnState>(&state.other)) size += burn->slices.size() * sizeof(BurnSlice);
  return size;
}

}  // namespace depops::analysis

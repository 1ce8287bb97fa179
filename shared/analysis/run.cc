#include "shared/analysis/run.h"

#include <algorithm>
#include <utility>

#include "shared/analysis/condition.h"
#include "shared/analysis/sentence.h"

namespace depops::analysis {
namespace {

const Window& window_of(const Input& input) {
  return std::visit([](const auto& any) -> const Window& { return any.window; }, input);
}

Measurement measurement(const MetricSpec& metric, const Input& input, Outcome outcome, std::string sentence) {
  Measurement made;
  made.metric = metric.name;
  made.outcome = outcome;
  made.window = window_of(input);
  made.sentence = std::move(sentence);
  return made;
}

Judged judge_errors(MetricState state, const AnalysisSpec& spec, const MetricSpec& metric, const ErrorsTest& test,
                    const CountedWindow& input) {
  if (input.window.canary.requests == 0) {
    return {std::move(state), measurement(metric, input, Outcome::no_data, "no request reached the canary")};
  }
  SequentialSettings settings;
  settings.tolerated_ratio = test.tolerated_ratio;
  state.sequential = observe(std::move(state.sequential), input.window, settings);
  const double limit = evidence_limit(spec, test);
  const bool failed = state.sequential.evidence >= limit;
  Measurement made = measurement(metric, input, failed ? Outcome::fail : Outcome::pass,
                                 errors_sentence(input.window, state.sequential.evidence, limit));
  made.value = state.sequential.evidence;
  made.limit = limit;
  return {std::move(state), std::move(made)};
}

Truth evaluate(const std::string& text, const Variables& variables) {
  const auto condition = Condition::compile(text);
  return condition.ok() ? condition->evaluate(variables) : Truth::unknown;
}

// failWhen wins over successWhen; what is unknown never passes and never fails.
Outcome outcome_of(const Conditions& test, const Variables& variables) {
  const bool has_fail = !test.fail_when.empty();
  const bool has_success = !test.success_when.empty();
  const Truth fails = has_fail ? evaluate(test.fail_when, variables) : Truth::no;
  if (fails == Truth::yes) return Outcome::fail;
  const Truth succeeds = has_success ? evaluate(test.success_when, variables) : Truth::yes;
  if (succeeds == Truth::no && !has_fail) return Outcome::fail;
  if (fails == Truth::unknown || succeeds != Truth::yes) return Outcome::inconclusive;
  return Outcome::pass;
}

std::string condition_sentence(const Conditions& test, const Variables& variables, Outcome outcome) {
  std::string text = "result " + (variables.result ? short_number(*variables.result) : std::string("absent"));
  if (variables.baseline) text += ", baseline " + short_number(*variables.baseline);
  if (!test.fail_when.empty()) text += ", fails when " + test.fail_when;
  if (!test.success_when.empty()) text += ", succeeds when " + test.success_when;
  return text + ": " + name_of(outcome);
}

Judged judge_conditions(MetricState state, const MetricSpec& metric, const Conditions& test, const Input& input) {
  const Window& window = window_of(input);
  Variables variables;
  variables.requests = static_cast<double>(window.canary.requests);
  variables.errors = static_cast<double>(window.canary.errors);
  if (const auto* values = std::get_if<SampledValues>(&input)) {
    variables.result = values->result;
    variables.baseline = values->baseline;
    if (!values->result) {
      return {std::move(state), measurement(metric, input, Outcome::no_data, "no value for the canary")};
    }
  } else if (window.canary.requests > 0) {  // counts alone: `result` is the canary's error share
    variables.result = *variables.errors / *variables.requests;
  } else {
    return {std::move(state), measurement(metric, input, Outcome::no_data, "no request reached the canary")};
  }
  const Outcome outcome = outcome_of(test, variables);
  Measurement made = measurement(metric, input, outcome, condition_sentence(test, variables, outcome));
  made.value = *variables.result;
  return {std::move(state), std::move(made)};
}

Judged judge_input(const MetricState& state, const AnalysisSpec& spec, const MetricSpec& metric, const Input& input) {
  if (const auto* nothing = std::get_if<NothingMeasured>(&input)) {
    return {state, measurement(metric, input, Outcome::no_data, nothing->why)};
  }
  if (const auto* failed = std::get_if<MeasuringFailed>(&input)) {
    return {state, measurement(metric, input, Outcome::error, failed->why)};
  }
  if (const auto* errors = std::get_if<ErrorsTest>(&metric.test)) {
    if (const auto* counted = std::get_if<CountedWindow>(&input)) {
      return judge_errors(state, spec, metric, *errors, *counted);
    }
    return {state,
            measurement(metric, input, Outcome::no_data, "the source gives values, the errors test needs counts")};
  }
  return judge_conditions(state, metric, std::get<Conditions>(metric.test), input);
}

void count(MetricState& state, const Measurement& made) {
  state.canary_requests += made.window.canary.requests;
  state.passes += made.outcome == Outcome::pass ? 1 : 0;
  state.failures += made.outcome == Outcome::fail ? 1 : 0;
  state.inconclusives += made.outcome == Outcome::inconclusive ? 1 : 0;
  state.errors_in_a_row = made.outcome == Outcome::error ? state.errors_in_a_row + 1 : 0;
  state.no_data_in_a_row = made.outcome == Outcome::no_data ? state.no_data_in_a_row + 1 : 0;
}

std::optional<Decision> decided_by(const MetricState& state, const MetricSpec& metric) {
  const auto passed = [&](Outcome outcome, std::uint32_t seen, std::uint32_t limit,
                          const char* what) -> std::optional<Decision> {
    if (seen <= limit) return std::nullopt;
    return Decision{outcome, metric.name,
                    "metric " + metric.name.str() + ": " + std::to_string(seen) + " " + what + ", at most " +
                        std::to_string(limit) + " allowed"};
  };
  const Limits& limits = metric.limits;
  if (auto fail = passed(Outcome::fail, state.failures, limits.failure_limit, "failed windows")) return fail;
  if (auto error = passed(Outcome::error, state.errors_in_a_row, limits.consecutive_error_limit,
                          "windows in a row could not be measured")) {
    return error;
  }
  if (auto unclear =
          passed(Outcome::inconclusive, state.inconclusives, limits.inconclusive_limit, "inconclusive windows")) {
    return unclear;
  }
  return passed(Outcome::no_data, state.no_data_in_a_row, limits.no_data_limit, "windows in a row had no data");
}

int precedence(Outcome outcome) {
  switch (outcome) {
    case Outcome::fail:
      return 5;
    case Outcome::error:
      return 4;
    case Outcome::inconclusive:
      return 3;
    case Outcome::no_data:
      return 2;
    case Outcome::terminated:
      return 1;
    case Outcome::pass:
      return 0;
  }
  return 0;
}

Decision conclude_one(const MetricState& state, const MetricSpec& metric) {
  const std::string name = "metric " + metric.name.str() + ": ";
  if (state.passes == 0) return {Outcome::no_data, metric.name, name + "no window passed"};
  if (state.canary_requests < metric.limits.min_requests) {
    return {Outcome::no_data, metric.name,
            name + "the canary had " + std::to_string(state.canary_requests) + " requests, minRequests is " +
                std::to_string(metric.limits.min_requests)};
  }
  return {Outcome::pass, metric.name, name + std::to_string(state.passes) + " windows passed"};
}

}  // namespace

RunState begin(const AnalysisSpec& spec) {
  RunState run;
  run.metrics.resize(spec.metrics.size());
  return run;
}

double evidence_limit(const AnalysisSpec& spec, const ErrorsTest& test) {
  const auto can_fail =
      std::count_if(spec.metrics.begin(), spec.metrics.end(), [](const MetricSpec& metric) { return !metric.dry_run; });
  return static_cast<double>(std::max<std::ptrdiff_t>(can_fail, 1)) / test.alpha;
}

Judged judge(const RunState& run, const AnalysisSpec& spec, std::size_t index, const Input& input) {
  DEPOPS_CHECK(index < spec.metrics.size() && run.metrics.size() == spec.metrics.size());
  Judged judged = judge_input(run.metrics[index], spec, spec.metrics[index], input);
  count(judged.next, judged.measurement);
  return judged;
}

std::optional<Decision> decided(const RunState& run, const AnalysisSpec& spec) {
  std::optional<Decision> worst;
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    if (spec.metrics[i].dry_run) continue;
    auto one = decided_by(run.metrics[i], spec.metrics[i]);
    if (one && (!worst || precedence(one->outcome) > precedence(worst->outcome))) worst = std::move(one);
  }
  return worst;
}

Decision conclude(const RunState& run, const AnalysisSpec& spec) {
  if (auto early = decided(run, spec)) return *early;
  Decision worst{Outcome::pass, {}, "every metric passed"};
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    if (spec.metrics[i].dry_run) continue;
    Decision one = conclude_one(run.metrics[i], spec.metrics[i]);
    if (precedence(one.outcome) > precedence(worst.outcome)) worst = std::move(one);
  }
  return worst;
}

}  // namespace depops::analysis

#include <cmath>
#include <utility>

#include "shared/analysis/condition.h"
#include "shared/analysis/judge.h"
#include "shared/analysis/sentence.h"

// The tests of values: gauges, samples for one look, conditions.
namespace depops::analysis {
namespace {

bool is_number(const std::optional<double>& value) { return value && std::isfinite(*value); }

// Why a pair of values can not be used; empty: it can.
std::string missing(const Input& input) {
  const auto* values = std::get_if<SampledValues>(&input);
  if (values == nullptr) return "the source gives no values, and this test needs one for each version";
  if (!is_number(values->result)) return "no value for the canary";
  if (!is_number(values->baseline)) return "no value for the stable version";
  return {};
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

Outcome outcome_of(Class result) {
  switch (result) {
    case Class::pass:
      return Outcome::pass;
    case Class::high:
    case Class::low:
    case Class::no_data_fail:
      return Outcome::fail;
    case Class::no_data:
      return Outcome::no_data;
    case Class::error:
      break;
  }
  return Outcome::error;
}

}  // namespace

bool takes_values(const Test& test) {
  return std::holds_alternative<Conditions>(test) || std::holds_alternative<GaugeTest>(test) ||
         std::holds_alternative<MannWhitneyTest>(test);
}

bool compares(const Test& test) {
  return !std::holds_alternative<Conditions>(test) && !std::holds_alternative<BurnTest>(test);
}

TestResult judge_gauge(MetricState state, const Judging& judging, const GaugeTest& test, const Input& input) {
  if (std::string why = missing(input); !why.empty()) return without_data(std::move(state), std::move(why));
  const auto& values = std::get<SampledValues>(input);
  const double limit = evidence_limit(judging.spec, test.alpha);
  GaugeSettings settings;
  settings.tolerated_ratio = test.tolerated_ratio;
  settings.lower_is_worse = test.lower_is_worse;
  settings.alpha = 1 / limit;
  const auto* held = std::get_if<GaugeState>(&state.other);
  const GaugeState next = observe(held != nullptr ? *held : GaugeState{}, *values.result, *values.baseline, settings);
  state.other = next;
  return {std::move(state), next.evidence >= limit ? Outcome::fail : Outcome::pass, gauge_sentence(next, limit),
          next.evidence, limit};
}

TestResult judge_mann_whitney(MetricState state, const MannWhitneyTest& test, const Input& input) {
  if (std::string why = missing(input); !why.empty()) return without_data(std::move(state), std::move(why));
  const auto& values = std::get<SampledValues>(input);
  if (!std::holds_alternative<SamplesState>(state.other)) state.other = SamplesState{};
  auto& samples = std::get<SamplesState>(state.other);
  if (samples.canary.size() < test.samples) {
    samples.canary.push_back(*values.result);
    samples.stable.push_back(*values.baseline);
  }
  const auto taken = static_cast<double>(samples.canary.size());
  if (samples.canary.size() < test.samples) {
    std::string sentence = "sample " + short_number(taken) + " of " + std::to_string(test.samples) + ": canary " +
                           short_number(*values.result) + ", stable " + short_number(*values.baseline);
    return {std::move(state), Outcome::pass, std::move(sentence), taken, static_cast<double>(test.samples), false};
  }
  const Classified made = classify(samples.canary, samples.stable, test.settings);
  return {std::move(state), outcome_of(made.result), std::to_string(test.samples) + " samples each: " + made.why,
          made.effect, 0};
}

TestResult judge_conditions(MetricState state, const Conditions& test, const Input& input) {
  const Window& window = window_of(input);
  Variables variables;
  variables.requests = static_cast<double>(window.canary.requests);
  variables.errors = static_cast<double>(window.canary.errors);
  if (const auto* values = std::get_if<SampledValues>(&input)) {
    variables.result = values->result;
    variables.baseline = values->baseline;
    if (!values->result) return without_data(std::move(state), "no value for the canary");
  } else if (window.canary.requests > 0) {  // counts alone: `result` is the canary's error share
    variables.result = *variables.errors / *variables.requests;
  } else {
    return without_data(std::move(state), "neither a value nor a request of the canary was measured");
  }
  const Outcome outcome = outcome_of(test, variables);
  return {std::move(state), outcome, condition_sentence(test, variables, outcome), *variables.result, 0};
}

}  // namespace depops::analysis

#include <catch2/catch.hpp>
#include <optional>

#include "shared/analysis/run.h"
#include "tests/vectors/json_file.h"

namespace depops::analysis {
namespace {

using Object = Poco::JSON::Object;

std::uint32_t number_at(const Object& row, const char* key, std::uint32_t otherwise) {
  if (test::absent(row, key)) return otherwise;
  const int value = row.getValue<int>(key);
  return value < 0 ? kNoLimit : static_cast<std::uint32_t>(value);
}

AnalysisSpec spec_of(const Object& metric) {
  MetricSpec spec;
  spec.name = MetricName("m");
  spec.test = Conditions{"result < 1", ""};
  const Limits defaults;
  spec.limits.failure_limit = number_at(metric, "failureLimit", defaults.failure_limit);
  spec.limits.inconclusive_limit = number_at(metric, "inconclusiveLimit", defaults.inconclusive_limit);
  spec.limits.consecutive_success_limit = number_at(metric, "consecutiveSuccessLimit", 0);
  spec.limits.count = number_at(metric, "count", 0);
  spec.limits.min_requests = 0;
  return {TemplateName("t"), {spec}};
}

RunState state_of(const AnalysisSpec& spec, const Object& result) {
  RunState run = begin(spec);
  MetricState& state = run.metrics[0];
  state.passes = number_at(result, "successful", 0);
  state.failures = number_at(result, "failed", 0);
  state.inconclusives = number_at(result, "inconclusive", 0);
  state.errors_in_a_row = number_at(result, "consecutiveError", 0);
  state.passes_in_a_row = number_at(result, "consecutiveSuccess", 0);
  return run;
}

std::string phase_of(const std::optional<Decision>& decision) {
  if (!decision) return "Running";
  switch (decision->outcome) {
    case Outcome::pass:
      return "Successful";
    case Outcome::fail:
      return "Failed";
    case Outcome::inconclusive:
      return "Inconclusive";
    case Outcome::error:
      return "Error";
    case Outcome::no_data:
      return "NoData";
    case Outcome::terminated:
      return "Terminated";
  }
  return "";
}

// Differs on purpose (rollouts.md 3 "terminate", invariant I15): a run that is stopped before it decided is Terminated,
// where Argo says Successful (rows "NoMeasurements", "FailureLimit", "ConsecutiveSuccessLimit", ...; argo-
// rollouts#1329) or Running ("InFlightMeasurement": we have no measurement in flight, a window is judged when it is
// closed).
void check_terminating(const RunState& run, const AnalysisSpec& spec, const std::string& expect) {
  const bool open = expect == "Running" || (expect == "Successful" && !decided(run, spec));
  const bool passed = decided(run, spec) && decided(run, spec)->outcome == Outcome::pass;
  CHECK(phase_of(terminate(run, spec)) == (open || passed ? "Terminated" : expect));
}

}  // namespace

TEST_CASE("rollouts/argo-analysis-phase: every row of assessMetricStatus") {
  const auto file = test::vectors_object("rollouts/argo-analysis-phase.json");
  const auto rows = test::rows_of(*file, "assessMetricStatus");
  REQUIRE(rows.size() == 31);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO("row " << i << ", " << rows[i]->getValue<std::string>("test"));
    const AnalysisSpec spec = spec_of(*rows[i]->getObject("metric"));
    const RunState run = state_of(spec, *rows[i]->getObject("result"));
    if (!test::absent(*rows[i], "expect")) {
      const auto expect = rows[i]->getValue<std::string>("expect");
      CHECK(phase_of(decided(run, spec)) == (expect == "Pending" ? "Running" : expect));  // no word for "not begun"
    }
    if (!test::absent(*rows[i], "expectTerminating")) {
      check_terminating(run, spec, rows[i]->getValue<std::string>("expectTerminating"));
    }
  }
}

// Of the other lists: generateMetricTasks and nextReconcile are about when Argo asks its providers; here windows are
// cut by the machine from readings (shared/rollout/analysis_step.cc), and a failed reading is the next window's matter.
TEST_CASE("rollouts/argo-analysis-phase: severity and defaults") {
  const auto file = test::vectors_object("rollouts/argo-analysis-phase.json");
  const auto order = file->getObject("severity")->getArray("order");
  int before = -1;
  for (unsigned i = 0; i < order->size(); ++i) {
    for (const Outcome outcome : {Outcome::pass, Outcome::inconclusive, Outcome::error, Outcome::fail}) {
      if (phase_of(Decision{outcome, {}, ""}) != order->getElement<std::string>(i)) continue;
      CHECK(precedence(outcome) > before);
      before = precedence(outcome);
    }
  }
  CHECK(before == precedence(Outcome::fail));
  const auto defaults = file->getObject("defaults");
  CHECK(Limits().consecutive_error_limit == defaults->getValue<std::uint32_t>("consecutiveErrorLimit"));
  CHECK(Limits().failure_limit == defaults->getValue<std::uint32_t>("failureLimit"));
  CHECK(Limits().inconclusive_limit == defaults->getValue<std::uint32_t>("inconclusiveLimit"));
}

}  // namespace depops::analysis

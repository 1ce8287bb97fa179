#pragma once

#include <string>

#include "shared/analysis/run.h"

// How each kind of test judges one window: the parts that judge() in run.h chooses from.
namespace depops::analysis {

struct Judging {
  const AnalysisSpec& spec;
  const MetricSpec& metric;
};

// A window that was taken and says nothing by itself (one sample of many) counts for no limit.
struct TestResult {
  MetricState next;
  Outcome outcome = Outcome::no_data;
  std::string sentence;
  double value = 0;
  double limit = 0;
  bool counts = true;
};

const Window& window_of(const Input& input);

TestResult without_data(MetricState state, std::string why);

TestResult judge_errors(MetricState state, const Judging& judging, const ErrorsTest& test, const Input& input);
TestResult judge_latency(MetricState state, const Judging& judging, const LatencyTest& test, const Input& input);
TestResult judge_gauge(MetricState state, const Judging& judging, const GaugeTest& test, const Input& input);
TestResult judge_mann_whitney(MetricState state, const MannWhitneyTest& test, const Input& input);
TestResult judge_burn(MetricState state, const BurnTest& test, const Input& input);
TestResult judge_conditions(MetricState state, const Conditions& test, const Input& input);

}  // namespace depops::analysis

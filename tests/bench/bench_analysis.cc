#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

#include "shared/analysis/run.h"
#include "tests/montecarlo/outcome.h"

// The errors test beside a repeated z-test and Mann-Whitney on the same draws, and what a window costs in time and
// state.
namespace depops::test {
namespace {

void print(const std::string& name, double value, const char* unit, double limit, const char* limit_of) {
  std::printf("{\"bench\":\"analysis.%s\",\"value\":%.6g,\"unit\":\"%s\",\"limit\":%.6g,\"limit_of\":\"%s\"}\n",
              name.c_str(), value, unit, limit, limit_of);
}

struct Method {
  const char* name;
  std::function<Watcher(Drawn&)> begin;
  int runs;
};

std::vector<Method> methods() {
  analysis::SequentialSettings restarting;
  restarting.restarts = analysis::kRestartsMax;
  return {{"errors", errors_test(), 10'000},
          {"errors_restarting", errors_test(restarting), 10'000},
          {"z_test", repeated_z_test(), 10'000},
          {"mann_whitney", repeated_mann_whitney(), 200}};
}

void false_alarms(const char* scenario, const Traffic& traffic) {
  for (const Method& method : methods()) {
    const Outcome outcome = watch(traffic, method.runs, method.begin);
    const std::string name = std::string("false_alarms.") + scenario + "." + method.name;
    print(name, outcome.rate(), "share", outcome.upper_99(), "upper bound of the rate, 99 %");
  }
}

void found(const char* scenario, const Traffic& traffic) {
  for (const Method& method : methods()) {
    const Outcome outcome = watch(traffic, std::min(method.runs, 2'000), method.begin);
    const std::string name = std::string("found.") + scenario + "." + method.name;
    print(name + ".within_60", outcome.stopped_within(60), "share", 1, "all runs");
    print(name + ".median", outcome.median(traffic.onset).value_or(-1), "looks", traffic.windows, "looks taken");
  }
}

Traffic traffic(double error_rate, double ratio) {
  Traffic made;
  made.error_rate = error_rate;
  made.ratio = ratio;
  return made;
}

// Windows of production size through judge(), as the agent does it.
void cost(const char* name, const analysis::Test& test, const analysis::Input& input, double state_limit) {
  analysis::MetricSpec metric;
  metric.name = MetricName("m");
  metric.test = test;
  const analysis::AnalysisSpec spec{TemplateName("t"), {metric}};
  analysis::RunState run = analysis::begin(spec);
  constexpr int kWindows = 20'000;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kWindows; ++i) run.metrics[0] = analysis::judge(run, spec, 0, input).next;
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  print(std::string("window.") + name, took.count() / kWindows, "us", 20, "bar of the design");
  print(std::string("state.") + name, static_cast<double>(analysis::size_of(run.metrics[0])), "bytes", state_limit,
        "bar of the design");
}

void costs() {
  analysis::ErrorsTest restarting;
  restarting.restarts = analysis::kRestartsMax;
  restarting.dispersion = 0;
  restarting.proof.required = true;
  analysis::LatencyTest latency;
  latency.restarts = analysis::kRestartsMax;
  const analysis::Window window{{}, Instant(Millis(30'000)), {300, 1}, {2'700, 9}};
  analysis::CountedHistogram histogram{window, DrawnLatencies({}, 1).next()};
  cost("errors", analysis::ErrorsTest{}, analysis::CountedWindow{window, std::nullopt}, 1'024);
  cost("errors_restarting_proof", restarting, analysis::CountedWindow{window, window}, 1'024);
  cost("latency", analysis::LatencyTest{}, histogram, 8'192);
  cost("latency_restarting", latency, histogram, 8'192);
  cost("gauge", analysis::GaugeTest{}, analysis::SampledValues{window, 512, 480}, 1'024);
}

void all() {
  costs();
  false_alarms("one_percent", traffic(0.01, 1));
  Traffic ramp = traffic(0.002, 1);
  ramp.ramp = {0.05, 0.25, 0.5, 10};
  false_alarms("ramp_with_incident", ramp);
  found("double_of_0.2_percent", traffic(0.002, 2));
  found("triple_of_0.1_percent", traffic(0.001, 3));
  Traffic late = traffic(0.01, 2);
  late.onset = 60;
  found("double_of_1_percent_from_window_60", late);
}

}  // namespace
}  // namespace depops::test

int main() {
  depops::test::all();
  return 0;
}

#include <cmath>
#include <cstdio>

#include "shared/analysis/run.h"
#include "tests/bench/decided_rollout.h"
#include "tests/bench/figure.h"

// What deciding costs: one window of each test through judge(), and one step of the machine, as the agent calls them.
namespace depops::bench {
namespace {

constexpr double kWindowBarUs = 20;
constexpr double kStepBarUs = 5;

double per_call_us(std::uint64_t calls, const std::function<void()>& call) {
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < calls; ++i) call();
  return seconds_since(start) * 1e6 / static_cast<double>(calls);
}

void show(const std::string& name, double us, double floor_us, const std::string& floor_of, double bar_us) {
  json::Value more;
  more.add("bar", bar_us);
  print({name, us, "us", floor_us, floor_of, std::move(more)});
}

struct Window {
  const char* name;
  analysis::Test test;
  analysis::Input input;
  std::uint64_t logarithms;  // of which its likelihoods consist
};

analysis::CountedHistogram histogram(const analysis::Window& window) {
  analysis::CountedHistogram made{window, {}};
  for (std::size_t i = 0; i < analysis::kBoundsMax; ++i) {
    made.histogram.bounds.push_back(0.005 * std::pow(2, static_cast<double>(i)));
    made.histogram.canary.slower.push_back(300U >> i);
    made.histogram.stable.slower.push_back(2'700U >> i);
  }
  made.histogram.canary.requests = 300;
  made.histogram.stable.requests = 2'700;
  return made;
}

std::vector<Window> windows() {
  analysis::ErrorsTest everything;
  everything.restarts = analysis::kRestartsMax;
  everything.dispersion = 0;
  everything.proof.required = true;
  analysis::LatencyTest restarting;
  restarting.restarts = analysis::kRestartsMax;
  const analysis::Window window{{}, Instant(Millis(30'000)), {300, 1}, {2'700, 9}};
  const analysis::CountedWindow counted{window, std::nullopt};
  constexpr std::uint64_t kGrid = 2 * analysis::kRatioGrid.size();
  return {{"errors", analysis::ErrorsTest{}, counted, kGrid},
          {"errors_restarting_measured_proof", everything, analysis::CountedWindow{window, window}, kGrid + 6},
          {"latency", analysis::LatencyTest{}, histogram(window), kGrid * analysis::kBoundsMax},
          {"latency_restarting", restarting, histogram(window), kGrid * analysis::kBoundsMax},
          {"gauge", analysis::GaugeTest{}, analysis::SampledValues{window, 512, 480}, 2},
          {"condition", analysis::Conditions{"", "result > 1.2 * baseline + 5"},
           analysis::SampledValues{window, 512, 480}, 2}};
}

void measure(const Window& window, std::uint64_t calls, double logarithm_us) {
  analysis::MetricSpec metric;
  metric.name = MetricName("m");
  metric.test = window.test;
  const analysis::AnalysisSpec spec{TemplateName("t"), {metric}};
  analysis::RunState run = analysis::begin(spec);
  const auto judge = [&] { run.metrics[0] = analysis::judge(run, spec, 0, window.input).next; };
  const double us = per_call_us(calls, judge);
  show("decision.window." + std::string(window.name), us, logarithm_us * static_cast<double>(window.logarithms),
       "its " + std::to_string(window.logarithms) + " logarithms alone", kWindowBarUs);
}

double logarithm_us(std::uint64_t calls) {
  volatile double sink = 0;
  double x = 1;
  return per_call_us(calls, [&] {
    x += 1e-3;
    sink = sink + std::log(x);
  });
}

void measure_steps(std::uint64_t rollouts) {
  DecidedRollout quiet_and_not;
  for (std::uint64_t i = 0; i < rollouts; ++i) quiet_and_not.run();
  const double copy = per_call_us(10'000, [&] { quiet_and_not.copy_record(); });
  const char* floor_of = "one copy of the record";
  show("decision.step", quiet_and_not.all().mean_us(), copy, floor_of, kStepBarUs);
  show("decision.step.nothing_changes", quiet_and_not.quiet().mean_us(), copy, floor_of, kStepBarUs);
  show("decision.step.something_changes", quiet_and_not.changing().mean_us(), copy, floor_of, kStepBarUs);
  show("decision.step.window_judged", quiet_and_not.judging().mean_us(), copy, floor_of, kStepBarUs + 3 * kWindowBarUs);
}

int run(int argc, char** argv) {
  auto numbers = numbers_of(argc, argv, {{"windows", 20'000}, {"rollouts", 20}});
  const double log_us = logarithm_us(numbers["windows"]);
  for (const Window& window : windows()) measure(window, numbers["windows"], log_us);
  measure_steps(numbers["rollouts"]);
  return 0;
}

}  // namespace
}  // namespace depops::bench

int main(int argc, char** argv) { return depops::bench::run(argc, argv); }

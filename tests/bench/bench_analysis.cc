#include <cstdio>
#include <functional>
#include <string>

#include "tests/montecarlo/outcome.h"

// The errors test beside a repeated z-test and Mann-Whitney on the same draws.
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

void all() {
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

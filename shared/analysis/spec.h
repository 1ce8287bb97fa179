#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"

// What an AnalysisTemplate says, resolved: arguments filled in, defaults written out, expressions known to compile.
namespace depops::analysis {

// Where numbers come from. `haproxy`: the router's own counters of both sets.
struct HaproxyProvider {
  bool operator==(const HaproxyProvider&) const = default;
};

// Prometheus text read by the agent from every running instance of both sets. `requests` and `errors` are series
// selectors like `http_requests_total{code=~"5.."}`: names plus label matchers, summed per instance.
struct ScrapeProvider {
  std::string path = "/metrics";
  std::string requests;
  std::string errors;
  std::string value;  // for conditions: the series whose per-set sum is `result`
  bool operator==(const ScrapeProvider&) const = default;
};

using Provider = std::variant<HaproxyProvider, ScrapeProvider>;

// The sequential error test of canary against stable. Fails when the evidence E reaches 1/alpha.
struct ErrorsTest {
  double alpha = 0.05;         // bound on false alarms of the whole rollout, (0, 0.5]
  double tolerated_ratio = 1;  // error rate of canary / stable that is still fine, [1, 100]
  bool operator==(const ErrorsTest&) const = default;
};

// Three-valued conditions over `result`, `baseline`, `requests`, `errors`: failWhen before successWhen, empty = absent.
struct Conditions {
  std::string success_when;
  std::string fail_when;
  bool operator==(const Conditions&) const = default;
};

using Test = std::variant<ErrorsTest, Conditions>;

// A limit is passed when it is exceeded: failure_limit 0 means the first failure decides.
struct Limits {
  std::uint32_t failure_limit = 0;
  std::uint32_t consecutive_error_limit = 4;
  std::uint32_t inconclusive_limit = 0;
  std::uint32_t no_data_limit = 2;
  std::uint64_t min_requests = 100;  // of the canary over the whole run; gates Pass, never Fail
  bool operator==(const Limits&) const = default;
};

struct MetricSpec {
  MetricName name;
  Provider provider;
  Test test;
  Millis interval{30'000};  // [500 ms, 1 h]
  Millis initial_delay{0};
  Limits limits;
  bool dry_run = false;  // measured and shown, never decides
  bool operator==(const MetricSpec&) const = default;
};

struct AnalysisSpec {
  TemplateName name;
  std::vector<MetricSpec> metrics;  // 1..20
  bool operator==(const AnalysisSpec&) const = default;
};

}  // namespace depops::analysis

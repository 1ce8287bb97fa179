#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shared/analysis/burn.h"
#include "shared/analysis/classify.h"
#include "shared/analysis/provider.h"
#include "shared/base/moment.h"
#include "shared/base/names.h"

// What an AnalysisTemplate says, resolved: arguments filled in, defaults written out, expressions known to compile.
namespace depops::analysis {

// When a run may pass before its time, and what it must show to pass at all (proof.h).
struct ProofRule {
  double margin = 2;                  // rate ratio that must be excluded, [1.25, 100]
  bool required = false;              // no pass without it
  std::optional<Millis> early_after;  // with it the run may end early, once this much time was measured
  bool operator==(const ProofRule&) const = default;
};

// The sequential error test of canary against stable. Fails when the evidence E reaches 1/alpha.
struct ErrorsTest {
  double alpha = 0.05;         // bound on false alarms of the whole rollout, (0, 0.5]
  double tolerated_ratio = 1;  // error rate of canary / stable that is still fine, [1, 100]
  double dispersion = 1;       // [1, 50]; 0: measured between the stable instances while the run goes on
  std::uint32_t restarts = 1;  // [1, 12]
  std::uint32_t every = 10;    // windows between two restarts, [1, 1000]
  ProofRule proof{};
  bool operator==(const ErrorsTest&) const = default;
};

// The sequential latency test over the buckets of a histogram.
struct LatencyTest {
  double alpha = 0.05;
  double tolerated_ratio = 1;  // share of slow answers, canary / stable, that is still fine, [1, 100]
  double dispersion = 1;       // [1, 50]
  std::uint32_t restarts = 1;
  std::uint32_t every = 10;
  bool operator==(const LatencyTest&) const = default;
};

// The sequential test of the mean of a value.
struct GaugeTest {
  double alpha = 0.05;
  double tolerated_ratio = 1;  // value of canary / stable that is still fine, [1, 100]
  bool lower_is_worse = false;
  bool operator==(const GaugeTest&) const = default;
};

// Kayenta's judge at one look, when `samples` pairs were taken.
struct MannWhitneyTest {
  std::uint32_t samples = 30;  // [5, 500]
  ClassifierSettings settings{};
  bool operator==(const MannWhitneyTest&) const = default;
};

// The guards on an error budget.
struct BurnTest {
  BurnSettings settings{};
  bool operator==(const BurnTest&) const = default;
};

// Three-valued conditions over `result`, `baseline`, `requests`, `errors`: failWhen before successWhen, empty = absent.
struct Conditions {
  std::string success_when;
  std::string fail_when;
  bool operator==(const Conditions&) const = default;
};

using Test = std::variant<ErrorsTest, Conditions, LatencyTest, GaugeTest, MannWhitneyTest, BurnTest>;

// A limit is passed when it is exceeded: failure_limit 0 means the first failure decides.
inline constexpr std::uint32_t kNoLimit = 0xffff'ffff;

// What a metric without data says when noDataLimit is passed, and at the end if nothing was measured at all.
enum class NoDataPolicy {
  inconclusive,  // it is not known: a person looks
  fail,          // silence is bad news
  pass,          // silence holds nobody up; what was measured is judged as always
};

struct Limits {
  std::uint32_t failure_limit = 0;  // kNoLimit: failures are counted and never decide
  std::uint32_t consecutive_error_limit = 4;
  std::uint32_t inconclusive_limit = 0;
  std::uint32_t no_data_limit = 2;
  std::uint64_t min_requests = 100;             // of the canary over the whole run; gates Pass, never Fail
  std::uint32_t min_success = 1;                // windows that must have passed
  std::uint32_t consecutive_success_limit = 0;  // the metric passed after so many in a row; 0: at the end of the run
  NoDataPolicy no_data = NoDataPolicy::inconclusive;
  std::uint32_t count = 0;  // the metric is done after so many judged windows; 0: never
  bool operator==(const Limits&) const = default;
};

struct MetricSpec {
  MetricName name;
  Provider provider;
  Test test;
  Millis interval{30'000};  // [500 ms, 1 h]
  Millis initial_delay{0};
  Limits limits;
  bool dry_run = false;         // measured and shown, never decides
  std::uint32_t retention = 0;  // so many of its newest measurements are shown with a deployment; 0: all that are kept
  bool operator==(const MetricSpec&) const = default;
};

struct AnalysisSpec {
  TemplateName name;
  std::vector<MetricSpec> metrics;  // 1..20
  bool operator==(const AnalysisSpec&) const = default;
};

}  // namespace depops::analysis

#include "shared/manifest/read.h"

namespace depops::manifest {
namespace {

bool flag_at(const Node& map, const char* key) {
  const Node* node = map.find(key);
  return node != nullptr && node->is_true();
}

std::uint32_t small_at(const Node& map, const char* key, std::uint32_t otherwise) {
  return static_cast<std::uint32_t>(count_at(map, key, otherwise));
}

// What the tests of counts have in common.
template <typename Test>
Test read_counting(const Node& node) {
  Test test;
  test.alpha = number_at(node, "alpha", test.alpha);
  test.tolerated_ratio = number_at(node, "toleratedRatio", test.tolerated_ratio);
  const bool measured = text_at(node, "dispersion") == "measured";
  test.dispersion = measured ? 0 : number_at(node, "dispersion", test.dispersion);
  test.restarts = small_at(node, "restarts", test.restarts);
  test.every = small_at(node, "restartEvery", test.every);
  return test;
}

analysis::Test read_errors(const Node& node) {
  auto test = read_counting<analysis::ErrorsTest>(node);
  test.proof.margin = number_at(node, "margin", test.proof.margin);
  test.proof.required = flag_at(node, "requireProof");
  if (node.find("passEarlyAfter") != nullptr) test.proof.early_after = duration_at(node, "passEarlyAfter", Millis(0));
  return test;
}

analysis::Test read_gauge(const Node& node) {
  analysis::GaugeTest test;
  test.alpha = number_at(node, "alpha", test.alpha);
  test.tolerated_ratio = number_at(node, "toleratedRatio", test.tolerated_ratio);
  test.lower_is_worse = flag_at(node, "lowerIsWorse");
  return test;
}

analysis::Direction read_direction(const std::string& text) {
  if (text == "increase") return analysis::Direction::increase;
  return text == "decrease" ? analysis::Direction::decrease : analysis::Direction::either;
}

analysis::Test read_mann_whitney(const Node& node) {
  analysis::MannWhitneyTest test;
  analysis::ClassifierSettings& settings = test.settings;
  test.samples = small_at(node, "samples", test.samples);
  settings.direction = read_direction(text_at(node, "direction", "either"));
  const bool by_cles = text_at(node, "effect") == "cles";
  settings.effect = by_cles ? analysis::Effect::cles : analysis::Effect::mean_ratio;
  settings.tolerance = number_at(node, "tolerance", settings.tolerance);
  settings.confidence = number_at(node, "confidence", settings.confidence);
  settings.allowed = by_cles ? analysis::kClesThresholds : analysis::Thresholds{};
  settings.allowed.increase = number_at(node, "allowedIncrease", settings.allowed.increase);
  settings.allowed.decrease = number_at(node, "allowedDecrease", settings.allowed.decrease);
  settings.remove_outliers = flag_at(node, "removeOutliers");
  return test;
}

analysis::Test read_burn(const Node& node) {
  analysis::BurnSettings settings;
  settings.objective = number_at(node, "objective", settings.objective);
  settings.limit = number_at(node, "limit", settings.limit);
  settings.long_window = duration_at(node, "longWindow", settings.long_window);
  settings.short_window = duration_at(node, "shortWindow", settings.short_window);
  settings.spend_limit = number_at(node, "spendLimit", settings.spend_limit);
  return analysis::BurnTest{settings};
}

analysis::Test read_test(const Node& metric) {
  const Node* test = metric.find("test");
  if (test == nullptr) return analysis::Conditions{text_at(metric, "successWhen"), text_at(metric, "failWhen")};
  if (const Node* node = test->find("latency")) return read_counting<analysis::LatencyTest>(*node);
  if (const Node* node = test->find("gauge")) return read_gauge(*node);
  if (const Node* node = test->find("mannWhitney")) return read_mann_whitney(*node);
  if (const Node* node = test->find("burnRate")) return read_burn(*node);
  return read_errors(*test->find("errors"));
}

analysis::NoDataPolicy read_no_data(const std::string& text) {
  if (text == "fail") return analysis::NoDataPolicy::fail;
  return text == "pass" ? analysis::NoDataPolicy::pass : analysis::NoDataPolicy::inconclusive;
}

analysis::Limits read_limits(const Node& metric) {
  analysis::Limits limits;
  const bool no_limit = text_at(metric, "failureLimit") == "-1";
  limits.failure_limit = no_limit ? analysis::kNoLimit : small_at(metric, "failureLimit", limits.failure_limit);
  limits.consecutive_error_limit = small_at(metric, "consecutiveErrorLimit", limits.consecutive_error_limit);
  limits.inconclusive_limit = small_at(metric, "inconclusiveLimit", limits.inconclusive_limit);
  limits.no_data_limit = small_at(metric, "noDataLimit", limits.no_data_limit);
  limits.min_requests = count_at(metric, "minRequests", limits.min_requests);
  limits.min_success = small_at(metric, "minSuccess", limits.min_success);
  limits.consecutive_success_limit = small_at(metric, "consecutiveSuccessLimit", limits.consecutive_success_limit);
  limits.count = small_at(metric, "count", limits.count);
  limits.no_data = read_no_data(text_at(metric, "noData"));
  return limits;
}

MetricEntry read_metric(const Node& node) {
  MetricEntry entry{node.place, read_judging(node)};
  entry.spec.name = MetricName(text_at(node, "name"));
  entry.spec.provider = read_provider(*node.find("provider"));
  if (!counts_requests(*node.find("provider"))) entry.spec.limits.min_requests = 0;
  if (!std::holds_alternative<analysis::JobProvider>(entry.spec.provider)) return entry;
  entry.spec.test = analysis::Conditions{"result == 0", ""};
  const bool once = node.find("interval") == nullptr && node.find("count") == nullptr;
  if (once) entry.spec.limits.count = 1;
  return entry;
}

}  // namespace

analysis::MetricSpec read_judging(const Node& metric) {
  analysis::MetricSpec spec;
  spec.test = read_test(metric);
  spec.interval = duration_at(metric, "interval", spec.interval);
  spec.initial_delay = duration_at(metric, "initialDelay", spec.initial_delay);
  spec.limits = read_limits(metric);
  spec.dry_run = flag_at(metric, "dryRun");
  spec.retention = small_at(metric, "measurementRetention", spec.retention);
  return spec;
}

AnalysisTemplate read_analysis_template(const Node& document) {
  AnalysisTemplate result;
  const Node& spec = *document.find("spec");
  result.name = TemplateName(text_at(*document.find("metadata"), "name"));
  result.args = list_at(spec, "args");
  const Node& metrics = *spec.find("metrics");
  for (std::size_t i = 0; i < metrics.items.size(); ++i) {
    const Node& metric = metrics.items[i];
    const std::string path = "spec.metrics[" + std::to_string(i) + "]";
    if (text_at(metric, "baseline", "stable") != "stable") note(metric, "baseline", path, result.later);
    result.metrics.push_back(read_metric(metric));
  }
  return result;
}

}  // namespace depops::manifest

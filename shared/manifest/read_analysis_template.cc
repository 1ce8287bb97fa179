#include "shared/manifest/read.h"

namespace depops::manifest {
namespace {

void note(const Node& map, const char* key, const std::string& path, std::vector<Later>& later) {
  const Node* node = map.find(key);
  if (node != nullptr) later.push_back({node->place, path + "." + key});
}

analysis::Provider read_provider(const Node& node) {
  const Node* scrape = node.find("scrape");
  if (scrape == nullptr) return analysis::HaproxyProvider{};
  return analysis::ScrapeProvider{text_at(*scrape, "path", "/metrics"), text_at(*scrape, "requests"),
                                  text_at(*scrape, "errors"), text_at(*scrape, "value")};
}

analysis::Test read_test(const Node& metric) {
  const Node* test = metric.find("test");
  if (test == nullptr) return analysis::Conditions{text_at(metric, "successWhen"), text_at(metric, "failWhen")};
  const Node& errors = *test->find("errors");
  const analysis::ErrorsTest defaults;
  return analysis::ErrorsTest{number_at(errors, "alpha", defaults.alpha),
                              number_at(errors, "toleratedRatio", defaults.tolerated_ratio)};
}

analysis::Limits read_limits(const Node& metric) {
  const analysis::Limits defaults;
  const auto small = [&metric](const char* key, std::uint32_t otherwise) {
    return static_cast<std::uint32_t>(count_at(metric, key, otherwise));
  };
  analysis::Limits limits;
  limits.failure_limit = small("failureLimit", defaults.failure_limit);
  limits.consecutive_error_limit = small("consecutiveErrorLimit", defaults.consecutive_error_limit);
  limits.inconclusive_limit = small("inconclusiveLimit", defaults.inconclusive_limit);
  limits.no_data_limit = small("noDataLimit", defaults.no_data_limit);
  limits.min_requests = count_at(metric, "minRequests", defaults.min_requests);
  return limits;
}

MetricEntry read_metric(const Node& node) {
  MetricEntry entry;
  entry.place = node.place;
  entry.spec.name = MetricName(text_at(node, "name"));
  entry.spec.provider = read_provider(*node.find("provider"));
  entry.spec.test = read_test(node);
  entry.spec.interval = duration_at(node, "interval", entry.spec.interval);
  entry.spec.initial_delay = duration_at(node, "initialDelay", entry.spec.initial_delay);
  entry.spec.limits = read_limits(node);
  const Node* dry_run = node.find("dryRun");
  entry.spec.dry_run = dry_run != nullptr && dry_run->is_true();
  return entry;
}

}  // namespace

AnalysisTemplate read_analysis_template(const Node& document) {
  AnalysisTemplate result;
  const Node& spec = *document.find("spec");
  result.name = TemplateName(text_at(*document.find("metadata"), "name"));
  result.args = list_at(spec, "args");
  const Node& metrics = *spec.find("metrics");
  for (std::size_t i = 0; i < metrics.items.size(); ++i) {
    const Node& metric = metrics.items[i];
    const std::string path = "spec.metrics[" + std::to_string(i) + "]";
    for (const char* key : {"prometheus", "http", "agent"}) {
      note(*metric.find("provider"), key, path + ".provider", result.later);
    }
    if (text_at(metric, "noData", "inconclusive") != "inconclusive") note(metric, "noData", path, result.later);
    if (text_at(metric, "baseline", "stable") != "stable") note(metric, "baseline", path, result.later);
    result.metrics.push_back(read_metric(metric));
  }
  return result;
}

}  // namespace depops::manifest

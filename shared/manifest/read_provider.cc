#include "shared/manifest/read.h"

// Where the numbers of a metric come from.
namespace depops::manifest {
namespace {

analysis::Provider read_scrape(const Node& node) {
  return analysis::ScrapeProvider{text_at(node, "path", "/metrics"), text_at(node, "requests"), text_at(node, "errors"),
                                  text_at(node, "value"), text_at(node, "histogram")};
}

analysis::Provider read_prometheus(const Node& node) {
  analysis::PrometheusProvider provider{text_at(node, "url"), text_at(node, "query"), text_at(node, "requests"),
                                        text_at(node, "errors")};
  provider.stale_after = duration_at(node, "staleAfter", provider.stale_after);
  provider.histogram = text_at(node, "histogram");
  return provider;
}

analysis::Provider read_http(const Node& node) {
  return analysis::HttpProvider{text_at(node, "url"), text_at(node, "value"), text_at(node, "requests"),
                                text_at(node, "errors")};
}

analysis::Provider read_command(const Node& node) {
  analysis::CommandProvider provider{text_at(node, "program"), list_at(node, "args")};
  provider.timeout = duration_at(node, "timeout", provider.timeout);
  provider.number = text_at(node, "result") == "stdout";
  return provider;
}

analysis::Provider read_workload(const Node& node) {
  const std::string count = text_at(node, "count");
  if (count == "unready") return analysis::WorkloadProvider{analysis::WorkloadCount::unready};
  if (count == "flaps") return analysis::WorkloadProvider{analysis::WorkloadCount::flaps};
  return analysis::WorkloadProvider{analysis::WorkloadCount::restarts};
}

}  // namespace

analysis::Provider read_provider(const Node& provider) {
  if (const Node* scrape = provider.find("scrape")) return read_scrape(*scrape);
  if (const Node* prometheus = provider.find("prometheus")) return read_prometheus(*prometheus);
  if (const Node* http = provider.find("http")) return read_http(*http);
  if (const Node* command = provider.find("command")) return read_command(*command);
  if (const Node* workload = provider.find("workload")) return read_workload(*workload);
  if (const Node* logs = provider.find("logs")) return analysis::LogsProvider{list_at(*logs, "anyOf")};
  if (const Node* job = provider.find("job")) {
    const analysis::JobProvider defaults;
    return analysis::JobProvider{text_at(*job, "manifest"), duration_at(*job, "timeout", defaults.timeout)};
  }
  return analysis::HaproxyProvider{};
}

std::string trouble_with_url(const std::string& url) {
  if (url.find('@') != std::string::npos) {
    return "a URL with credentials must not stand in this file; for Prometheus put it into the site's settings";
  }
  const bool good = url.starts_with("http://") || url.starts_with("https://") || url.starts_with("{{");
  return good ? "" : "must be a URL like http://prometheus:9090 or https://prometheus:9090";
}

bool counts_requests(const Node& provider) {
  if (provider.find("haproxy") != nullptr) return true;
  for (const char* source : {"scrape", "prometheus", "http"}) {
    const Node* node = provider.find(source);
    if (node == nullptr) continue;
    if (node->find("requests") != nullptr || node->find("histogram") != nullptr) return true;
  }
  return false;
}

}  // namespace depops::manifest

#include "tests/support/kubernetes/gateway_table.h"

#include <algorithm>

namespace depops::test {
namespace {

// "checkout-0123456789ab-5d8f-x7k2" -> "checkout-0123456789ab"
std::string set_of(const std::string& pod) {
  const std::size_t last = pod.rfind('-');
  return last == std::string::npos || last == 0 ? pod : pod.substr(0, pod.rfind('-', last - 1));
}

// Nothing there means ready, as the API says.
bool takes_requests(const json::Value& endpoint) {
  const json::Value* ready = endpoint["conditions"].find("ready");
  return ready == nullptr || ready->is_null() || ready->as_bool();
}

bool has_condition(const json::Value& rule) {
  const auto& matches = rule["matches"].items();
  return std::ranges::any_of(matches, [](const json::Value& match) { return !match["headers"].items().empty(); });
}

}  // namespace

std::vector<Target> targets_of(const std::string& service, const std::vector<json::Value>& slices) {
  std::vector<Target> targets;
  for (const json::Value& slice : slices) {
    if (slice["metadata"]["labels"]["kubernetes.io/service-name"].as_string() != service) continue;
    const auto& ports = slice["ports"].items();
    if (ports.empty()) continue;
    const auto port = static_cast<std::uint16_t>(ports.front()["port"].as_uint());
    for (const json::Value& endpoint : slice["endpoints"].items()) {
      if (!takes_requests(endpoint) || endpoint["addresses"].items().empty()) continue;
      const std::string host = endpoint["addresses"].items().front().as_string();
      targets.push_back({set_of(endpoint["targetRef"]["name"].as_string()), host, port});
    }
  }
  return targets;
}

GatewayTable table_of_route(const json::Value& route, const std::vector<json::Value>& slices) {
  GatewayTable table;
  const auto& rules = route["spec"]["rules"].items();
  const auto rule = std::ranges::find_if_not(rules, has_condition);
  if (rule == rules.end()) return table;
  for (const json::Value& backend : (*rule)["backendRefs"].items()) {
    const json::Value* weight = backend.find("weight");
    const std::string service = backend["name"].as_string();
    table.push_back({service, weight == nullptr ? 1 : weight->as_uint(), targets_of(service, slices)});
  }
  return table;
}

GatewayTable table_of_service(const std::string& service, const std::vector<json::Value>& slices) {
  return {{service, 1, targets_of(service, slices)}};
}

const WeightedTargets* choose(const GatewayTable& table, double draw) {
  std::uint64_t sum = 0;
  for (const WeightedTargets& one : table) sum += one.weight;
  auto left = static_cast<double>(sum) * draw;
  const WeightedTargets* chosen = nullptr;
  for (const WeightedTargets& one : table) {
    if (one.weight == 0) continue;
    chosen = &one;
    if (left < static_cast<double>(one.weight)) break;
    left -= static_cast<double>(one.weight);
  }
  return chosen;
}

}  // namespace depops::test

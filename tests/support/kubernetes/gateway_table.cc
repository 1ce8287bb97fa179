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

constexpr const char* kNginxCanary = "nginx.ingress.kubernetes.io/canary";

const json::Value& annotation(const json::Value& ingress, const std::string& name) {
  return ingress["metadata"]["annotations"][name];
}

bool is_canary(const json::Value& ingress) { return annotation(ingress, kNginxCanary).as_string() == "true"; }

std::uint64_t number_of(const json::Value& ingress, const std::string& word, std::uint64_t otherwise) {
  const std::string& text = annotation(ingress, kNginxCanary + word).as_string();
  return text.empty() ? otherwise : std::stoull(text);
}

// Where one path of an Ingress leads to.
struct Way {
  std::string host;
  std::string path;
  std::string service;
};

std::vector<Way> ways_of(const json::Value& ingress) {
  std::vector<Way> ways;
  for (const json::Value& rule : ingress["spec"]["rules"].items()) {
    for (const json::Value& path : rule["http"]["paths"].items())
      ways.push_back(
          {rule["host"].as_string(), path["path"].as_string(), path["backend"]["service"]["name"].as_string()});
  }
  return ways;
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

GatewayTable table_of_virtual_service(const json::Value& object, const std::vector<json::Value>& slices) {
  GatewayTable table;
  const auto& routes = object["spec"]["http"].items();
  const auto route = std::ranges::find_if(routes, [](const json::Value& one) { return one["match"].items().empty(); });
  if (route == routes.end()) return table;
  const auto& destinations = (*route)["route"].items();
  for (const json::Value& one : destinations) {
    const std::string& host = one["destination"]["host"].as_string();
    const std::string service = host.substr(0, host.find('.'));
    const std::uint64_t weight = destinations.size() == 1 ? 100 : one["weight"].as_uint();
    table.push_back({service, weight, targets_of(service, slices)});
  }
  return table;
}

GatewayTable table_of_traefik_service(const json::Value& object, const std::vector<json::Value>& slices) {
  GatewayTable table;
  for (const json::Value& one : object["spec"]["weighted"]["services"].items()) {
    const json::Value* weight = one.find("weight");
    const std::string& service = one["name"].as_string();
    table.push_back({service, weight == nullptr ? 1 : weight->as_uint(), targets_of(service, slices)});
  }
  return table;
}

GatewayTable table_of_ingress(const json::Value& front, const std::vector<json::Value>& ingresses,
                              const std::vector<json::Value>& slices) {
  const auto own = ways_of(front);
  if (own.empty()) return {};
  const Way& main = own.front();
  GatewayTable table{{main.service, 100, targets_of(main.service, slices)}};
  for (const json::Value& ingress : ingresses) {
    if (!is_canary(ingress) || table.front().ready.empty() || table.size() > 1) continue;
    for (const Way& way : ways_of(ingress)) {
      const auto ready = targets_of(way.service, slices);
      if (way.host != main.host || way.path != main.path || way.service == main.service || ready.empty()) continue;
      const std::uint64_t total = number_of(ingress, "-weight-total", 100);
      const std::uint64_t weight = std::min(number_of(ingress, "-weight", 0), total);
      table.front().weight = total - weight;
      table.push_back({way.service, weight, ready});
      break;
    }
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

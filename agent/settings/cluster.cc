#include "agent/settings/cluster.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

namespace depops::agent::settings {
namespace {

constexpr std::uint64_t kPortMost = 65'535;

// What one kind of router is called, and what stands in front of the versions there.
struct Kind {
  const char* key;
  ClusterRouter router;
  const char* object;  // the key that names the object which divides requests; empty: the Service itself
  bool rules;          // whether a part of the object can be named
};

constexpr std::array<Kind, 6> kKinds = {{
    {"gateway", ClusterRouter::http_route, "route", true},
    {"serviceSwitch", ClusterRouter::service_switch, "", false},
    {"replicaRatio", ClusterRouter::replica_ratio, "", false},
    {"istio", ClusterRouter::istio, "virtualService", true},
    {"traefik", ClusterRouter::traefik, "traefikService", false},
    {"ingressNginx", ClusterRouter::ingress_nginx, "ingress", false},
}};

// A list of some of the words that are `known`; as it was if there is none.
void read_words(Reader& reader, const YAML::Node& parent, const char* key, std::vector<std::string>& words,
                const std::set<std::string>& known) {
  const YAML::Node list = parent[key];
  if (!list) return;
  if (!list.IsSequence()) return reader.complain(list.Mark(), std::string(key) + " must be a list");
  std::string choice;
  for (const std::string& word : known) choice += (choice.empty() ? "" : ", ") + word;
  words.clear();
  for (const auto& word : list) {
    words.push_back(word.IsScalar() ? word.Scalar() : "");
    if (!known.contains(words.back()))
      reader.complain(word.Mark(), "'" + words.back() + "' in " + key + " is none of: " + choice);
  }
}

std::set<std::string> known_keys(const Kind& kind) {
  std::set<std::string> known{"service"};
  if (*kind.object != 0) known.insert({kind.object, "port", "targetPort"});
  if (kind.rules) known.insert("rule");
  return known;
}

// As objects of Kubernetes are called: names with dots, too.
void check_object(Reader& reader, const YAML::Node& node, const std::string& key, const std::string& name) {
  constexpr const char* kKnown = "abcdefghijklmnopqrstuvwxyz0123456789-.";
  const bool good = !name.empty() && name.size() <= 253 && name.find_first_not_of(kKnown) == std::string::npos &&
                    std::string("-.").find(name.front()) == std::string::npos &&
                    std::string("-.").find(name.back()) == std::string::npos;
  if (!good && !name.empty())
    reader.complain(node[key] ? node[key].Mark() : node.Mark(),
                    key + " '" + name + "' is no name of an object: a-z, 0-9 and inner '-' and '.'");
}

RoutedService read_service(Reader& reader, const Kind& kind, const std::string& name, const YAML::Node& node) {
  RoutedService routed;
  routed.service = reader.text(node, "service", name);
  check_object(reader, node, "service", routed.service);
  routed.object = routed.service;
  if (*kind.object == 0) return routed;
  routed.object = reader.needed(node, kind.object);
  check_object(reader, node, kind.object, routed.object);
  if (kind.rules) routed.rule = reader.text(node, "rule", "");
  routed.port = static_cast<std::uint16_t>(reader.between(node, "port", routed.port, 1, kPortMost));
  routed.target_port = reader.text(node, "targetPort", "");
  return routed;
}

ClusterRouter router_of(Reader& reader, const Kind& kind, const YAML::Node& node) {
  if (kind.router != ClusterRouter::http_route) return kind.router;
  const std::string word = reader.text(node, "kind", "HTTPRoute");
  if (word == "GRPCRoute") return ClusterRouter::grpc_route;
  if (word != "HTTPRoute") reader.complain(node["kind"].Mark(), "kind '" + word + "' must be HTTPRoute or GRPCRoute");
  return kind.router;
}

}  // namespace

KubernetesRuntime read_kubernetes(Reader& reader, const YAML::Node& node) {
  KubernetesRuntime cluster;
  if (node["kubeconfig"]) cluster.kubeconfig = reader.path(node, "kubeconfig");
  cluster.context = reader.text(node, "context", "");
  cluster.space = reader.needed(node, "namespace");
  if (!cluster.space.empty() && !is_name(cluster.space))
    reader.complain(node.Mark(), "namespace '" + cluster.space + "' is no name: a-z, 0-9 and inner '-'");
  if (!cluster.context.empty() && cluster.kubeconfig.empty())
    reader.complain(node.Mark(), "context is one of a kubeconfig; give that, too");
  read_words(reader, node, "kinds", cluster.kinds,
             {"ConfigMap", "DaemonSet", "Deployment", "Job", "Secret", "StatefulSet"});
  read_words(reader, node, "allow", cluster.allow, {"hostNetwork", "hostPath", "hostProcesses", "privileged"});
  cluster.history = static_cast<std::uint32_t>(reader.between(node, "history", cluster.history, 0, 50));
  return cluster;
}

const std::set<std::string>& cluster_routers() {
  static const std::set<std::string> kKeys = [] {
    std::set<std::string> keys;
    for (const Kind& kind : kKinds) keys.insert(kind.key);
    return keys;
  }();
  return kKeys;
}

ClusterRouting read_cluster_routing(Reader& reader, const YAML::Node& router) {
  ClusterRouting routing;
  const auto kind = std::ranges::find_if(kKinds, [&](const Kind& one) { return router[one.key].IsDefined(); });
  const bool gateway = kind->router == ClusterRouter::http_route;
  const YAML::Node node = reader.part(
      router, kind->key, gateway ? std::set<std::string>{"kind", "services"} : std::set<std::string>{"services"});
  routing.router = router_of(reader, *kind, node);
  const YAML::Node services = reader.part(node, "services", {});
  if (services.size() == 0)
    reader.complain(node.Mark(), "services names none; name each service with what divides its requests");
  for (const auto& entry : services) {
    const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (!is_name(name)) reader.complain(entry.first.Mark(), "'" + name + "' is no service name");
    const bool bare = entry.second.IsNull() && *kind->object == 0;
    if (!bare) reader.only(entry.second, name, known_keys(*kind));
    const YAML::Node own = entry.second.IsMap() ? entry.second : YAML::Node(YAML::NodeType::Map);
    if (bare || entry.second.IsMap()) routing.services[ServiceName(name)] = read_service(reader, *kind, name, own);
  }
  return routing;
}

}  // namespace depops::agent::settings

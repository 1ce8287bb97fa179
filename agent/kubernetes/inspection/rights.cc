#include "agent/kubernetes/inspection/rights.h"

#include <algorithm>

namespace depops::agent::kubernetes {
namespace {

struct Row {
  const char* group;
  const char* resource;
  std::vector<const char*> verbs;
};

const std::vector<Row>& of_all() {
  static const std::vector<Row> kRows{
      // clang-format off
      {"apps",                "deployments",       {"get", "list", "watch", "create", "delete"}},
      {"apps",                "deployments/scale", {"patch"}},
      {"",                    "pods",              {"list", "watch"}},
      {"",                    "pods/log",          {"get"}},
      {"batch",               "jobs",              {"get", "list", "create", "delete"}},
      {"",                    "configmaps",        {"get", "create"}},
      {"",                    "secrets",           {"get", "create"}},
      {"",                    "resourcequotas",    {"list"}},
      {"policy",              "poddisruptionbudgets", {"list"}},
      {"autoscaling",         "horizontalpodautoscalers", {"list"}},
      {"coordination.k8s.io", "leases",            {"get", "create", "patch"}},
      {"depops.io",           "workloads",         {"get", "list", "watch", "create"}},
      {"depops.io",           "workloads/scale",   {"patch"}},
      {"depops.io",           "workloads/status",  {"patch"}},
      {"events.k8s.io",       "events",            {"create", "patch"}},
      // clang-format on
  };
  return kRows;
}

// What every router needs beside its own objects.
const std::vector<Row>& of_routers() {
  static const std::vector<Row> kRows{
      {"", "services", {"list", "watch", "create", "patch", "delete"}},
      {"discovery.k8s.io", "endpointslices", {"list", "watch"}},
  };
  return kRows;
}

// What versions need that take turns in a StatefulSet.
const std::vector<Row>& of_stateful_sets() {
  static const std::vector<Row> kRows{
      {"apps", "statefulsets", {"get", "list", "watch", "create", "patch"}},
      {"apps", "controllerrevisions", {"get"}},
  };
  return kRows;
}

// What versions need that take turns in a DaemonSet.
const std::vector<Row>& of_daemon_sets() {
  static const std::vector<Row> kRows{
      {"apps", "daemonsets", {"get", "list", "watch", "create", "patch"}},
      {"apps", "controllerrevisions", {"list"}},
  };
  return kRows;
}

void add(std::vector<Right>& rights, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    for (const char* verb : row.verbs) rights.push_back({ApiGroup(row.group), row.resource, verb});
  }
}

void add_objects(std::vector<Right>& rights, const char* group, const char* resource) {
  add(rights, {{group, resource, {"list", "watch", "patch"}}});
}

}  // namespace

std::vector<Right> rights_needed(Divides divides, bool marks, Kinds kinds) {
  std::vector<Right> rights;
  add(rights, of_all());
  add(rights, {{"", "pods", {marks ? "patch" : "delete"}}});
  if (kinds.stateful) add(rights, of_stateful_sets());
  if (kinds.daemons) add(rights, of_daemon_sets());
  if ((kinds.stateful || kinds.daemons) && marks) add(rights, {{"", "pods", {"delete"}}});
  if (divides != Divides::nothing) add(rights, of_routers());
  if (divides == Divides::http_routes) add_objects(rights, "gateway.networking.k8s.io", "httproutes");
  if (divides == Divides::grpc_routes) add_objects(rights, "gateway.networking.k8s.io", "grpcroutes");
  if (divides == Divides::virtual_services) add_objects(rights, "networking.istio.io", "virtualservices");
  if (divides == Divides::traefik_services) add_objects(rights, "traefik.io", "traefikservices");
  if (divides == Divides::ingresses)
    add(rights, {{"networking.k8s.io", "ingresses", {"list", "watch", "create", "patch", "delete"}}});
  return rights;
}

Right right_to_nodes() { return {ApiGroup(""), "nodes", "list"}; }

std::string shown(const Right& right) {
  const auto slash = right.resource.find('/');
  const std::string plural = right.resource.substr(0, slash);
  const std::string rest = slash == std::string::npos ? "" : right.resource.substr(slash);
  return right.verb + " " + plural + (right.group.empty() ? "" : "." + right.group.str()) + rest;
}

std::string rule_of(const Right& right) {
  return "- {apiGroups: [\"" + right.group.str() + "\"], resources: [\"" + right.resource + "\"], verbs: [\"" +
         right.verb + "\"]}";
}

}  // namespace depops::agent::kubernetes

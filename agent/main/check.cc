#include <algorithm>
#include <cstdio>

#include "agent/main/check_host.h"
#include "agent/main/cluster_parts.h"
#include "agent/main/commands.h"
#include "agent/settings/settings.h"
#include "shared/clock/system_clock.h"
#include "shared/json/write.h"

namespace depops::agent {
namespace {

using kubernetes::Finding;
using settings::ClusterRouter;

struct Divider {
  kubernetes::Divides divides = kubernetes::Divides::services;
  std::vector<kubernetes::Wanted> kinds;
};

kubernetes::Wanted wanted(const char* group, const char* plural, const std::vector<kubernetes::ApiVersion>& versions) {
  return {kubernetes::ApiGroup(group), kubernetes::Plural(plural), versions};
}

Divider divider_of(ClusterRouter router) {
  using kubernetes::ApiVersion;
  using kubernetes::Divides;
  const char* gateway = "gateway.networking.k8s.io";
  const ApiVersion v1("v1");
  if (router == ClusterRouter::http_route)
    return {Divides::http_routes, {wanted(gateway, "httproutes", {v1, ApiVersion("v1beta1")})}};
  if (router == ClusterRouter::grpc_route)
    return {Divides::grpc_routes, {wanted(gateway, "grpcroutes", {v1, ApiVersion("v1alpha2")})}};
  if (router == ClusterRouter::istio)
    return {Divides::virtual_services,
            {wanted("networking.istio.io", "virtualservices", {v1, ApiVersion("v1beta1"), ApiVersion("v1alpha3")})}};
  if (router == ClusterRouter::traefik)
    return {Divides::traefik_services,
            {wanted("traefik.io", "traefikservices", {ApiVersion("v1alpha1")}),
             wanted("traefik.containo.us", "traefikservices", {ApiVersion("v1alpha1")})}};
  if (router == ClusterRouter::ingress_nginx)
    return {Divides::ingresses, {wanted("networking.k8s.io", "ingresses", {v1, ApiVersion("v1beta1")})}};
  return {Divides::services, {wanted("", "services", {v1})}};
}

kubernetes::InspectionOrder order_of(const settings::Settings& settings) {
  kubernetes::InspectionOrder order;
  order.space = kubernetes::Namespace(settings.kubernetes->space);
  const auto may_be = [&](const char* kind) { return std::ranges::count(settings.kubernetes->kinds, kind) > 0; };
  order.versions = {may_be("StatefulSet"), may_be("DaemonSet")};
  if (!settings.cluster_routing) return order;
  Divider divider = divider_of(settings.cluster_routing->router);
  order.divides = divider.divides;
  order.kinds = std::move(divider.kinds);
  for (const auto& [service, routed] : settings.cluster_routing->services)
    order.objects.emplace_back(routed.object.empty() ? routed.service : routed.object);
  return order;
}

std::vector<Finding> look_at_cluster(const settings::Settings& settings, const ports::Clock& clock) {
  const auto cluster = open_cluster(settings, clock);
  if (!cluster.ok()) return {{Finding::Kind::failed, "cluster", cluster.error().what}};
  // Whoever looks wants to know now: nothing is repeated.
  kubernetes::Client client((*cluster)->connection, kubernetes::FieldManager("depops-agent-check"),
                            {[](Millis) { return false; }, [] { return 0.0; }});
  return kubernetes::inspect(client, order_of(settings));
}

const char* word_of(Finding::Kind kind) {
  return kind == Finding::Kind::well ? "ok" : kind == Finding::Kind::note ? "note" : "FAILED";
}

void print(const std::vector<Finding>& findings, bool json) {
  json::Value list = json::Value::array();
  for (const Finding& one : findings) {
    if (!json) std::printf("%-6s  %s: %s\n", word_of(one.kind), one.what.c_str(), one.said.c_str());
    json::Value line;
    line.add("result", one.kind == Finding::Kind::failed ? "failed" : word_of(one.kind));
    list.push(line.add("what", one.what).add("said", one.said));
  }
  if (json) std::printf("%s\n", json::write(list).c_str());
}

}  // namespace

int check_site(const std::string& config, bool json) {
  const auto settings = settings::load_settings(config);
  if (!settings.ok()) return std::fprintf(stderr, "%s\n", settings.error().what.c_str()), 2;
  const clock::SystemClock clock;
  std::vector<Finding> findings{{Finding::Kind::well, "settings", config}};
  for (Finding& one : look_at_host(*settings, clock.now().wall)) findings.push_back(std::move(one));
  if (settings->kubernetes) {
    for (Finding& one : look_at_cluster(*settings, clock)) findings.push_back(std::move(one));
  }
  print(findings, json);
  const auto failed = [](const Finding& one) { return one.kind == Finding::Kind::failed; };
  return std::ranges::any_of(findings, failed) ? 1 : 0;
}

}  // namespace depops::agent

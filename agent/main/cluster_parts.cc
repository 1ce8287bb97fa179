#include "agent/main/cluster_parts.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <random>
#include <utility>

#include "agent/gateway/gateway_router.h"
#include "agent/ingress_nginx/ingress_nginx_router.h"
#include "agent/istio/istio_router.h"
#include "agent/kubernetes/access/kubeconfig.h"
#include "agent/kubernetes/jobs/cluster_jobs.h"
#include "agent/kubernetes/service/service_router.h"
#include "agent/kubernetes/workloads/kubernetes_runtime.h"
#include "agent/main/log.h"
#include "agent/traefik/traefik_router.h"

namespace depops::agent {
namespace {

Result<kubernetes::AccessConfig> access_of(const settings::KubernetesRuntime& cluster) {
  if (!cluster.kubeconfig.empty()) return kubernetes::load_kubeconfig(cluster.kubeconfig, cluster.context);
  const char* host = std::getenv("KUBERNETES_SERVICE_HOST");
  const char* port = std::getenv("KUBERNETES_SERVICE_PORT");
  return kubernetes::in_cluster(host == nullptr ? "" : host, port == nullptr ? "" : port);
}

kubernetes::ObjectRouterSettings router_settings(const settings::Settings& settings) {
  kubernetes::ObjectRouterSettings made;
  made.space = kubernetes::Namespace(settings.kubernetes->space);
  // There the Service is written, and the Ingress in front of it only read.
  const bool ingress = settings.cluster_routing->router == settings::ClusterRouter::ingress_nginx;
  for (const auto& [service, routed] : settings.cluster_routing->services) {
    made.bindings[service] = {.object = kubernetes::ObjectName(ingress ? routed.service : routed.object),
                              .rule = routed.rule,
                              .service = kubernetes::ObjectName(routed.service),
                              .port = routed.port,
                              .target_port = routed.target_port,
                              .beside = kubernetes::ObjectName(ingress ? routed.object : "")};
  }
  return made;
}

kubernetes::Policy policy_of(const settings::KubernetesRuntime& cluster) {
  kubernetes::Policy policy;
  policy.space = kubernetes::Namespace(cluster.space);
  policy.kinds = {cluster.kinds.begin(), cluster.kinds.end()};
  const auto allows = [&cluster](const char* word) { return std::ranges::count(cluster.allow, word) > 0; };
  policy.privileged = allows("privileged");
  policy.host_network = allows("hostNetwork");
  policy.host_path = allows("hostPath");
  policy.host_processes = allows("hostProcesses");
  return policy;
}

}  // namespace

Result<std::unique_ptr<ClusterParts>> open_cluster(const settings::Settings& settings, const ports::Clock& clock) {
  DEPOPS_TRY(auto access, access_of(*settings.kubernetes));
  return std::make_unique<ClusterParts>(std::move(access), clock);
}

Result<std::unique_ptr<Runtime>> make_cluster_runtime(const settings::Settings& settings, const ports::Clock& clock) {
  const settings::KubernetesRuntime& cluster = *settings.kubernetes;
  KubernetesSettings made;
  made.site = settings.site;
  made.artifacts_dir = settings.state_directory + "/artifacts";
  DEPOPS_TRY(made.access, access_of(cluster));
  made.history = cluster.history;
  made.policy = policy_of(cluster);
  return make_kubernetes_runtime(std::move(made), clock);
}

std::unique_ptr<JobRunner> make_job_runner(const settings::Settings& settings, ClusterParts& cluster,
                                           const ports::Clock& clock) {
  ClusterJobsSettings made;
  made.site = settings.site;
  made.artifacts_dir = settings.state_directory + "/artifacts";
  made.notes_dir = settings.state_directory + "/hooks";
  made.policy = policy_of(*settings.kubernetes);
  made.log = log_line;
  return make_cluster_jobs(std::move(made), cluster.access, clock);
}

std::unique_ptr<Router> make_cluster_router(const settings::Settings& settings, ClusterParts& cluster,
                                            const ports::Clock& clock) {
  kubernetes::ObjectRouterSettings made = router_settings(settings);
  kubernetes::Connection& connection = cluster.connection;
  switch (settings.cluster_routing->router) {
    case settings::ClusterRouter::http_route:
      return make_gateway_router(gateway::RouteKind::http, std::move(made), connection, clock);
    case settings::ClusterRouter::grpc_route:
      return make_gateway_router(gateway::RouteKind::grpc, std::move(made), connection, clock);
    case settings::ClusterRouter::service_switch:
      return make_service_switch(std::move(made), connection, clock);
    case settings::ClusterRouter::replica_ratio:
      return make_replica_ratio(std::move(made), connection, clock);
    case settings::ClusterRouter::istio:
      return make_istio_router(std::move(made), connection, clock);
    case settings::ClusterRouter::ingress_nginx:
      return make_ingress_nginx_router(std::move(made), connection, clock);
    case settings::ClusterRouter::traefik:
      break;
  }
  return make_traefik_router(std::move(made), connection, clock);
}

std::function<double()> chances() {
  struct Source {
    std::mutex mutex;
    std::minstd_rand engine{std::random_device{}()};
  };
  return [source = std::make_shared<Source>()] {
    const std::lock_guard lock(source->mutex);
    return std::uniform_real_distribution<double>(0, 1)(source->engine);
  };
}

}  // namespace depops::agent

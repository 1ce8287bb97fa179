#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"

// The agent's own settings file (YAML). Runtime and router are named here and never in a pipeline, so that one pipeline
// serves hosts and Kubernetes. Paths are taken as they stand; relative ones are relative to the settings file.
namespace depops::agent::settings {

struct BrokerSettings {
  std::vector<std::string> urls;     // "mqtts://host:8883"; when one does not answer the next is tried, at least one
  std::string ca, certificate, key;  // PEM files
  Millis patience{60'000};           // how long a broker is kept by which the hub is not there, [1 s, 1 h]
};

struct HubSettings {
  std::string artifacts_url;  // "https://host:port", where artifacts are fetched with the site's certificate
  std::string ca;
  std::string join_url;  // "https://host:port" of its joining listener; empty: not known
};

struct KeySettings {
  std::string signing;  // file with the site's own Ed25519 key, mode 0600
  std::string hub;      // file with the hub's public release key
};

// What the site was told when it joined.
struct EnrolmentSettings {
  SiteEpoch site_epoch{1};
  Generation generation;  // nothing older is obeyed, nor anything of an older hub epoch
  HubEpoch hub_epoch;
  Instant time{};  // it is not earlier than that
};

struct PortRange {
  std::uint16_t first = 20'000;  // outside the kernel's range of outgoing ports
  std::uint16_t last = 20'999;
};

// The cluster that versions of this site run in, instead of processes.
struct KubernetesRuntime {
  std::string kubeconfig;  // empty: the agent runs in the cluster
  std::string context;     // of the kubeconfig; empty: the current one
  std::string space;       // the namespace of all that versions bring
  // That versions may bring, of these.
  std::vector<std::string> kinds{"ConfigMap", "DaemonSet", "Deployment", "Job", "Secret", "StatefulSet"};
  std::vector<std::string> allow;  // privileged, hostNetwork, hostPath, hostProcesses
  std::uint32_t history = 2;       // versions without instances that are kept for each service, [0, 50]
};

// What divides requests among pods.
enum class ClusterRouter { http_route, grpc_route, service_switch, replica_ratio, istio, traefik, ingress_nginx };

// Where the requests of one service are divided, in the namespace of the runtime.
struct RoutedService {
  std::string object;       // the route, VirtualService, TraefikService or Ingress; else the Service itself
  std::string rule;         // its part that carries the service; empty: the only one that leads to it
  std::string service;      // the Service in front of all versions
  std::uint16_t port = 80;  // of the Services of versions
  std::string target_port;  // of the pods, a number or a name; empty: the same
};

struct ClusterRouting {
  ClusterRouter router = ClusterRouter::http_route;
  std::map<ServiceName, RoutedService> services;
};

struct HaproxySettings {
  std::string directory;                     // configuration, admin socket; mode 0700
  std::string binary = "/usr/sbin/haproxy";  // to check a configuration before it is used
  std::map<ServiceName, std::string> binds;  // "127.0.0.1:8080"
  Millis server_timeout{30'000};             // a request without an answer for so long is lost, [1 s, 1 h]
};

// Where metrics are asked for that are kept elsewhere.
struct SourceSettings {
  std::string prometheus_url;  // "http://user:password@prometheus:9090" or https; empty: none
  std::string ca;              // PEM file with the authorities of https sources; empty: those of the system
};

// Programs that pipelines may run here as hooks.
struct HookSettings {
  std::vector<std::string> programs;  // absolute; one that ends with "/" allows all in that folder
};

// Who may begin something here beside the hub; see shared/trust.
struct TrustRootSettings {
  std::string root;                  // the pinned trust root; empty: the hub's signature is enough
  bool starts_without_time = false;  // in production, too, while nobody vouches for the time
};

// What may wait at the site for a hub that is away.
struct SpoolSettings {
  std::uint64_t entries = 250'000;   // at 80 % of them nothing new starts, [1,000, 10,000,000]
  std::uint64_t health_kib = 4'096;  // memory for what the site was like while the hub was away, [64, 16,384]
  std::uint64_t coalesce_after =
      1'000;  // with so many reports to tell, superseded progress is left out, [100, 10,000,000]
};

struct Settings {
  SiteName site;
  EnvironmentName environment;
  std::string state_directory;
  BrokerSettings broker;
  HubSettings hub;
  KeySettings keys;
  EnrolmentSettings enrolment;
  PortRange ports;
  std::optional<KubernetesRuntime> kubernetes;  // with it `ports` mean nothing
  bool routed = true;                           // false: `router: none`, somebody else balances and `haproxy` is empty
  std::optional<ClusterRouting> cluster_routing;  // with it `haproxy` is empty
  HaproxySettings haproxy;
  SourceSettings sources;
  HookSettings hooks;
  TrustRootSettings trust;
  SpoolSettings spool;
  std::string machine_id = "/etc/machine-id";  // file that no two machines have alike; without it nothing is compared
  std::string metrics_listen = "127.0.0.1:0";  // "" = no metrics
  Millis heartbeat{5'000};                     // telemetry to the hub, [1 s, 10 min]
};

// Error: "file:line:column: what is wrong; remedy", all of them, one a line. Unknown keys are errors.
Result<Settings> load_settings(const std::string& path);

}  // namespace depops::agent::settings

#include "tests/e2e/kubernetes/agent_pod.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "shared/http/http_get.h"
#include "shared/json/parse.h"
#include "tests/e2e/kubernetes/artifact.h"

namespace depops::stage {
namespace {

constexpr Seconds kPatient{120};
constexpr const char* kPods = "/api/v1/namespaces/depops/pods";
constexpr const char* kSettings = "/etc/depops/agent.yaml";  // in the pod
constexpr const char* kRuntime = "containerd://";
constexpr std::size_t kTold = 3'000;

// Who stands by until it is told to go on, with half of the requests at the new version.
constexpr const char* kPipeline = R"(apiVersion: depops/v1
kind: Pipeline
metadata: {name: checkout}
spec:
  workload:
    kubernetes: {manifests: [k8s/], replicas: 2, drain: 3s}
  environments:
    - name: production
      strategy:
        canary:
          stepTimeout: 1m
          maxSurge: 1
          maxUnavailable: 0
          steps:
            - setWeight: 50
            - pause: {}
            - setWeight: 100
)";

constexpr const char* kServiceAndItsNamespace = R"({apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
apiVersion: v1
kind: Service
metadata: {name: checkout, namespace: shop}
spec: {selector: {app: checkout}, ports: [{name: web, port: 80, targetPort: web}]}
)";

Setting on_node() {
  Setting setting;
  setting.address = test::RealNode::kAddress;
  return setting;
}

// What follows this word of the printed command.
std::string word_after(const std::string& command, const std::string& name) {
  std::istringstream words(command);
  for (std::string word; words >> word;)
    if (word == name && words >> word) return word;
  throw Trouble("site enroll printed no " + name + ": " + command);
}

bool well(const std::string& line, const std::string& version) {
  return line.find(" " + version + " 200 ") != std::string::npos;
}

}  // namespace

AgentPod::AgentPod()
    : cluster(Cluster::get()),
      stage("agent-pod", on_node()),
      manifests_(stage.folder("manifests")),
      port_(stage.ports().take(2)) {
  cluster.make(kServiceAndItsNamespace);
  const test::Gateway::Order order{"shop", test::Gateway::By::service, kService, port_,
                                   static_cast<std::uint16_t>(port_ + 1)};
  gateway_ = std::make_unique<test::Gateway>(cluster.server(), order);
  stage.depops({"env", "create", "production", "--tier", "production"});
  stage.apply(kPipeline);
  install();
}

// Step by step as the README does; the definition of the kind Workload is in the cluster already.
void AgentPod::install() {
  const json::Value enrolled = stage.depops(
      {"site", "enroll", "fra-1", "--environment", "production", "--token-file", stage.folder("fra-1.token")});
  describe_site(enrolled);
  make_volume();
  apply_all(manifests_.kustomized("namespace"));
  apply_all(manifests_.objects("agent/namespace.yaml"));
  cluster.make(
      "{apiVersion: v1, kind: Secret, metadata: {name: depops-join, namespace: depops}, stringData: {token: \"" +
      read_file(stage.folder("fra-1.token")) + "\"}}");
  apply_all(manifests_.kustomized("agent"));
}

// What is for whoever installs to say: hub, site, namespace, router, image.
void AgentPod::describe_site(const json::Value& enrolled) {
  const std::string& command = enrolled["command"].as_string();
  const std::string settings = "agent/settings.yaml";
  manifests_.edit(settings, "https://hub.example.com:8482", word_after(command, "--hub"));
  manifests_.edit(settings, "https://hub.example.com:8443", stage.artifacts_url());
  manifests_.edit(settings, "mqtts://hub.example.com:8883", stage.broker_url(false));
  manifests_.edit(settings, "sha256:" + std::string(64, '0'), word_after(command, "--ca-digest"));
  manifests_.edit(settings, "router: none", "router: {replicaRatio: {services: {checkout: {}}}}");
  manifests_.edit("agent/kustomization.yaml", "registry.example.com/", "registry.test/");
  manifests_.edit("namespace/kustomization.yaml", "# - router-service.yaml", "- router-service.yaml");
  const unsigned long minor = std::strtoul(cluster.get("/version")["minor"].as_string().c_str(), nullptr, 10);
  if (minor < 22) manifests_.edit("namespace/kustomization.yaml", "# - before-1.22.yaml", "- before-1.22.yaml");
}

// As an admin of the cluster makes it. Of the kind that obeys fsGroup, which most are.
void AgentPod::make_volume() {
  const std::string folder = stage.folder("volume");
  std::filesystem::create_directories(folder);
  cluster.make(
      "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: journals}\nspec:\n  capacity: {storage: 2Gi}\n"
      "  accessModes: [ReadWriteOnce]\n  local: {path: " +
      folder +
      "}\n  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/os, "
      "operator: In, values: [linux]}]}]}}\n");
}

void AgentPod::apply_all(const std::vector<json::Value>& objects) {
  for (const json::Value& object : objects) cluster.apply(object);
}

void AgentPod::start_stream() {
  wait_until("the data plane answers", kPatient, [&] {
    const auto answer = http::http_ask({"127.0.0.1", port_, "/", "", false}, Millis(5'000), 1 << 16);
    return answer.ok() && answer->status == 200;
  });
  stream_ = Program({{Stage::binary("depops-demo-stream"), "--url", "http://127.0.0.1:" + std::to_string(port_) + "/",
                      "--rate", "50", "--log", stage.log("requests"), "--timeout", "60000"},
                     stage.folder("logs"),
                     stage.log("stream"),
                     {},
                     {}});
}

void AgentPod::publish(const std::string& label) {
  publish_manifest(stage, label, deployment_of(label, cluster.pod_port()));
}

json::Value AgentPod::pod() {
  const json::Value pods = cluster.get(kPods);
  for (const json::Value& pod : pods["items"].items())
    if (pod["metadata"]["deletionTimestamp"].is_null()) return pod;
  return {};
}

json::Value AgentPod::container() {
  const json::Value found = pod();
  const auto& statuses = found["status"]["containerStatuses"].items();
  return statuses.empty() ? json::Value() : statuses.front();
}

std::string AgentPod::container_id() {
  const json::Value status = container();
  const std::string& id = status["containerID"].as_string();
  return status["state"]["running"].is_null() || !id.starts_with(kRuntime) ? ""
                                                                           : id.substr(std::string(kRuntime).size());
}

void AgentPod::wait_until_restarted(const std::string& earlier_id) {
  wait_until(
      "the agent runs again", kPatient,
      [&] {
        const std::string id = container_id();
        return !id.empty() && id != earlier_id;
      },
      [&] { return trouble(); });
}

Ran AgentPod::exec(const std::vector<std::string>& words) {
  const std::string id = container_id();
  if (id.empty()) return {};
  return run({cluster.containers().exec(id, words), stage.folder("logs"), stage.log("exec"), {}, {}});
}

Ran AgentPod::agent(std::vector<std::string> words) {
  words.insert(words.begin(), "depops-agent");
  words.insert(words.end(), {"--config", kSettings});
  return exec(words);
}

json::Value AgentPod::service() {
  const Ran asked = agent({"rollout", "status", "checkout", "--json"});
  const auto view = json::parse(asked.output);
  if (asked.status != 0 || !view.ok() || (*view)["services"].items().empty()) return {};
  return (*view)["services"].items().front();
}

// Without the line that is being written.
std::vector<std::string> AgentPod::requests() {
  std::vector<std::string> lines;
  std::istringstream text(read_file(stage.log("requests")));
  for (std::string line; std::getline(text, line) && !text.eof();) lines.push_back(line);
  return lines;
}

std::size_t AgentPod::answers_of(const std::string& version) {
  const auto lines = requests();
  return static_cast<std::size_t>(std::ranges::count_if(lines, [&](const auto& line) { return well(line, version); }));
}

std::vector<std::string> AgentPod::other_answers(const std::vector<std::string>& versions) {
  std::vector<std::string> lines = requests();
  std::erase_if(lines, [&](const std::string& line) {
    return std::ranges::any_of(versions, [&](const std::string& version) { return well(line, version); });
  });
  return lines;
}

std::string AgentPod::trouble() {
  std::string told = read_file(stage.log("exec"));
  told = told.substr(told.size() - std::min(told.size(), kTold));
  for (const std::string& line : cluster.shown("/api/v1", "pods", "depops")) told += "\n" + line;
  for (const std::string& line : cluster.shown("/api/v1", "events", "depops")) told += "\n" + line;
  for (const auto& file : std::filesystem::recursive_directory_iterator("/var/log/pods")) {
    if (file.path().string().find("/depops_") != std::string::npos && file.is_regular_file())
      told += "\n" + read_file(file.path().string());
  }
  return told + "\n" + agent({"rollout", "status"}).output;
}

}  // namespace depops::stage

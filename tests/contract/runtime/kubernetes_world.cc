#include "tests/contract/runtime/kubernetes_world.h"

#include <poll.h>
#include <stdlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "agent/kubernetes/access/kubeconfig.h"
#include "shared/json/parse.h"
#include "tests/support/child.h"
#include "tests/support/kubernetes/agent_login.h"

namespace depops::test {
namespace {

const kube::Resource kNamespaceKind{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("namespaces"), "Namespace",
                                    false};

kube::AccessConfig all_rights() {
  auto config = kube::load_kubeconfig(kubernetes_server().kubeconfig());
  REQUIRE((config.ok() ? "" : config.error().what) == std::string());
  return *config;
}

std::uint16_t container_port() {
  static const std::uint16_t port = free_port();
  return port;
}

std::string fresh_name() {
  static int count = 0;
  return "runtime-" + std::to_string(++count);
}

// Twelve digits, as the hub would make them of what is in the version.
std::string digits_of(const std::string& label) {
  std::string digits;
  std::ranges::copy_if(label, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  return std::string(12 - digits.size(), '0') + digits;
}

// A pod's name may have its uid behind it, and how often its container was started again.
std::string pod_of(const EndpointId& id) { return id.str().substr(0, id.str().find('.')); }

}  // namespace

FakeNode& kubernetes_node() {
  static FakeNode node(kubernetes_server());
  return node;
}

KubernetesWorld::KubernetesWorld(std::vector<std::string> roles)
    : RunningWorld([this] { return agent::make_kubernetes_runtime(settings, clock_); }, std::chrono::seconds(120)),
      space_(fresh_name()),
      access_(all_rights()),
      connection_(access_, clock_),
      client_(
          connection_, kube::FieldManager("a-person"),
          {[](Millis time) { return ::poll(nullptr, 0, static_cast<int>(time.count())) == 0; }, [] { return 0.5; }}) {
  (void)kubernetes_node();
  std::string pattern = std::filesystem::temp_directory_path() / "depops-kubernetes-XXXXXX";
  dir_ = ::mkdtemp(pattern.data());
  json::Value meta;
  json::Value body;
  body.add("apiVersion", "v1").add("kind", "Namespace").add("metadata", meta.add("name", space_.str()));
  const auto made = client_.create(kNamespaceKind, {}, body);
  REQUIRE((made.ok() ? "" : made.failure().what) == std::string());
  settings.site = SiteName("fra-1");
  settings.artifacts_dir = dir_ / "artifacts";
  settings.access = agent_login(kubernetes_server(), space_, std::move(roles));
  settings.policy.space = space_;
  settings.history = 0;
  start_agent();
}

KubernetesWorld::~KubernetesWorld() {
  stop_agent();
  for (const kube::Resource& kind : {kDeploymentKind, kStatefulSetKind}) {
    const auto left = client_.list(kind, space_, {}, 500);
    for (const kube::Object& object : left.ok() ? left->items : std::vector<kube::Object>())
      (void)client_.remove(kind, object.meta.key, {object.meta.uid});
  }
  std::filesystem::remove_all(dir_);
}

std::string KubernetesWorld::manifest(const std::string& label) const {
  return R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout, labels: {app: checkout}}
spec:
  selector: {matchLabels: {app: checkout}}
  template:
    metadata: {labels: {app: checkout}}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
      - name: web
        image: )" +
         image(label) + "\n        ports: [{containerPort: " + std::to_string(container_port()) + R"(}]
        envFrom: [{configMapRef: {name: settings}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: ")" +
         label + "\"}\n";
}

void KubernetesWorld::write_manifest(const agent::SetOrder& order, const std::string& text) {
  const std::string& digest = order.snapshot.artifact.str();
  const auto folder = dir_ / "artifacts" / digest.substr(digest.find(':') + 1) / "k8s";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "app.yaml") << text;
}

agent::SetOrder KubernetesWorld::order(const std::string& label, std::uint32_t replicas) {
  agent::SetOrder order;
  order.replicas = replicas;
  order.snapshot.service = ServiceName("checkout");
  order.snapshot.environment = EnvironmentName("production");
  order.snapshot.label = VersionLabel(label);
  order.snapshot.set = SetId("checkout-" + digits_of(label));
  order.snapshot.artifact = Digest("sha256:" + std::string(52, 'a') + digits_of(label));
  order.snapshot.manifests = rollout::Manifests{{"k8s/"}};
  order.snapshot.workload.replicas = replicas;
  write_manifest(order, manifest(label));
  return order;
}

void KubernetesWorld::crash(const EndpointId& id) { kubernetes_node().crash(pod_of(id)); }

std::vector<kube::Object> KubernetesWorld::all(const kube::Resource& resource) {
  auto page = client_.list(resource, space_, {}, 500);
  REQUIRE((page.ok() ? "" : page.failure().what) == std::string());
  return std::move(page->items);
}

}  // namespace depops::test

#pragma once

#include <map>

#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/workloads/hands.h"
#include "tests/contract/runtime/kubernetes_shows.h"

namespace depops::test {

inline const kube::Resource kNodeObjects{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("nodes"), "Node",
                                         false};
inline const kube::Resource kNodeBindings{kube::ApiGroup("rbac.authorization.k8s.io"), kube::ApiVersion("v1"),
                                          kube::Plural("clusterrolebindings"), "ClusterRoleBinding", false};

// A service whose versions take turns in the DaemonSet `logs`, which fits the nodes of this world alone.
class DaemonWorld : public KubernetesWorld {
 public:
  enum class Nodes { unread, read };  // whether the agent may list them
  explicit DaemonWorld(Nodes nodes = Nodes::unread) : KubernetesWorld(roles_with(nodes)) {
    for (const char* number : {"1", "2", "3"}) add_node(number);
  }
  ~DaemonWorld() override {
    stop_agent();
    for (const kube::Object& object : all(kube::daemon_sets()))
      (void)admin().remove(kube::daemon_sets(), object.meta.key, {object.meta.uid});
    for (const auto& [node, uid] : nodes_) (void)admin().remove(kNodeObjects, {{}, kube::ObjectName(node)}, {uid});
    const auto granted = admin().get(kNodeBindings, {{}, kube::ObjectName("depops-agent-nodes")});
    if (granted.ok()) (void)admin().remove(kNodeBindings, granted->meta.key, {granted->meta.uid});
  }

  std::string node(const std::string& number) const { return space().str() + "-" + number; }
  void add_node(const std::string& number, const std::string& zone = "") {
    json::Value labels;
    labels.add("world", space().str());
    if (!zone.empty()) labels.add("zone", zone);
    json::Value meta;
    json::Value body;
    body.add("apiVersion", "v1").add("kind", "Node");
    body.add("metadata", meta.add("name", node(number)).add("labels", std::move(labels)));
    const auto made = admin().create(kNodeObjects, {}, body);
    REQUIRE((made.ok() ? "" : made.failure().what) == std::string());
    nodes_[node(number)] = made->meta.uid;
  }
  void move_node(const std::string& number, const std::string& zone) {
    kube::JsonPatch patch;
    patch.test("/metadata/uid", nodes_.at(node(number)).str()).add("/metadata/labels/zone", zone);
    REQUIRE(admin().patch(kNodeObjects, {{}, kube::ObjectName(node(number))}, patch).ok());
  }

  agent::SetOrder order(const std::string& label, std::uint32_t replicas) override {
    auto made = KubernetesWorld::order(label, replicas);
    made.snapshot.workload.drain = drain;
    write_manifest(made, daemon(label));
    return made;
  }
  std::string daemon(const std::string& label) const {
    const std::string there = "      nodeSelector: {world: " + space().str() +
                              "}\n      tolerations: [{operator: Exists}]\n      containers:";
    std::string text = replaced(replaced(manifest(label), "kind: Deployment", "kind: DaemonSet"), "name: checkout,",
                                by_zone ? "name: logs, annotations: {depops.io/batch-label: zone}," : "name: logs,");
    return replaced(std::move(text), "      containers:", there);
  }

  void turn(std::uint64_t seq, std::vector<agent::SetOrder> sets, const std::string& back_to = "") {
    agent::RuntimeOrders orders{seq, std::move(sets), {}, {}, {}};
    orders.sizes[ServiceName("checkout")] = static_cast<std::uint32_t>(nodes_.size());
    for (const agent::SetOrder& order : orders.sets) {
      if (order.snapshot.label.str() == back_to) orders.returning[ServiceName("checkout")] = order.snapshot.set;
    }
    apply(std::move(orders));
  }

  kube::Object logs() {
    auto there = admin().get(kube::daemon_sets(), key("logs"));
    REQUIRE((there.ok() ? "" : there.failure().what) == std::string());
    return std::move(*there);
  }
  std::string in_template() {
    return kube::at(logs().body, {"spec", "template", "metadata", "labels", "depops.io/version"}).as_string();
  }
  // By node the pod that is not ending.
  std::map<std::string, kube::Object> pods() {
    std::map<std::string, kube::Object> found;
    for (kube::Object& pod : all(kPodKind)) {
      const std::string name = pod.body["spec"]["nodeName"].as_string();
      if (!pod.meta.deleting && !name.empty()) found[name] = std::move(pod);
    }
    return found;
  }
  // The version on each node: "1.1 1.0 1.0".
  std::string row() {
    const auto there = pods();
    std::string text;
    for (const auto& [name, uid] : nodes_) {
      const auto pod = there.find(name);
      const bool none = pod == there.end();
      text += (text.empty() ? "" : " ") +
              (none ? "-" : pod->second.body["metadata"]["labels"]["depops.io/version"].as_string());
    }
    return text;
  }
  kube::Uid uid(const std::string& number) { return pods()[node(number)].meta.uid; }

  Millis drain{0};
  bool by_zone = false;

 private:
  static std::vector<std::string> roles_with(Nodes nodes) {
    std::vector<std::string> roles{"namespace/role.yaml", "namespace/daemonset.yaml"};
    if (nodes == Nodes::read) roles.emplace_back("cluster-wide/cluster-role-nodes.yaml");
    return roles;
  }

  std::map<std::string, kube::Uid> nodes_;
};

}  // namespace depops::test

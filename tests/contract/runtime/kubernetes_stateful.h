#pragma once

#include "agent/kubernetes/manifests/edit.h"
#include "tests/contract/runtime/kubernetes_shows.h"

namespace depops::test {

// A service whose versions take turns in the StatefulSet `db`.
class StatefulWorld : public KubernetesWorld {
 public:
  StatefulWorld() : KubernetesWorld({"namespace/role.yaml", "namespace/statefulset.yaml"}) {}

  agent::SetOrder order(const std::string& label, std::uint32_t replicas) override {
    auto made = KubernetesWorld::order(label, replicas);
    made.snapshot.workload.drain = drain;
    write_manifest(made, stateful(label));
    return made;
  }
  std::string stateful(const std::string& label) const {
    return replaced(
        replaced(replaced(manifest(label), "kind: Deployment", "kind: StatefulSet"), "name: checkout,", "name: db,"),
        "spec:\n  selector", "spec:\n  serviceName: db\n  selector");
  }

  // Orders for a service of so many instances in all.
  void turn(std::uint64_t seq, std::uint32_t size, std::vector<agent::SetOrder> sets) {
    agent::RuntimeOrders orders{seq, std::move(sets), {}, {}, {}};
    orders.sizes[ServiceName("checkout")] = size;
    apply(std::move(orders));
  }

  kube::Object db() {
    auto there = admin().get(kStatefulSetKind, key("db"));
    REQUIRE((there.ok() ? "" : there.failure().what) == std::string());
    return std::move(*there);
  }
  std::int64_t partition() {
    return kube::at(db().body, {"spec", "updateStrategy", "rollingUpdate", "partition"}).as_int();
  }
  // The version of each pod, by its place: "1.0 1.0 1.1".
  std::string row() {
    std::string text;
    for (int i = 0; i < 9; ++i) {
      const auto pod = admin().get(kPodKind, key("db-" + std::to_string(i)));
      if (pod.ok()) text += (i > 0 ? " " : "") + pod->body["metadata"]["labels"]["depops.io/version"].as_string();
    }
    return text;
  }
  kube::Uid uid(const std::string& pod) {
    const auto there = admin().get(kPodKind, key(pod));
    return there.ok() ? there->meta.uid : kube::Uid();
  }

  Millis drain{0};
};

}  // namespace depops::test

#pragma once

#include <filesystem>

#include "agent/kubernetes/client/client.h"
#include "agent/kubernetes/workloads/kubernetes_runtime.h"
#include "shared/clock/system_clock.h"
#include "tests/contract/runtime/running_world.h"
#include "tests/support/kubernetes/fake_node.h"

namespace depops::test {

namespace kube = agent::kubernetes;

ApiServer& kubernetes_server();  // of this program, with controllers: the real one or the fake one
FakeNode& kubernetes_node();     // the only one of its cluster

// The runtime on Kubernetes in a namespace of its own. Ends what it started.
class KubernetesWorld : public RunningWorld {
 public:
  explicit KubernetesWorld(std::vector<std::string> roles = {"namespace/role.yaml"});
  ~KubernetesWorld() override;
  agent::SetOrder order(const std::string& label, std::uint32_t replicas) override;
  void crash(const EndpointId& id) override;

  agent::KubernetesSettings settings;  // of the next start

  // What a person with all rights sees and does.
  kube::Client& admin() { return client_; }
  const kube::Namespace& space() const { return space_; }
  kube::ObjectKey key(const std::string& name) const { return {space_, kube::ObjectName(name)}; }
  std::vector<kube::Object> all(const kube::Resource& resource);
  std::string manifest(const std::string& label) const;                        // of a version, as order() writes it
  void write_manifest(const agent::SetOrder& order, const std::string& text);  // instead
  static std::string image(const std::string& label) { return "registry.test/checkout:" + label; }

 private:
  clock::SystemClock clock_;
  std::filesystem::path dir_;
  kube::Namespace space_;
  kube::Access access_;
  kube::Connection connection_;
  kube::Client client_;
};

inline const kube::Resource kDeploymentKind{kube::ApiGroup("apps"), kube::ApiVersion("v1"), kube::Plural("deployments"),
                                            "Deployment", true};
inline const kube::Resource kStatefulSetKind{kube::ApiGroup("apps"), kube::ApiVersion("v1"),
                                             kube::Plural("statefulsets"), "StatefulSet", true};
inline const kube::Resource kPodKind{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("pods"), "Pod", true};
inline const kube::Resource kConfigMapKind{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("configmaps"),
                                           "ConfigMap", true};

}  // namespace depops::test

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/kubernetes/access/kubeconfig.h"
#include "agent/kubernetes/client/client.h"
#include "shared/clock/system_clock.h"
#include "tests/support/kubernetes/api_server.h"

namespace depops::test {

namespace kube = agent::kubernetes;

// A client of the server under test, who waits for nothing: pauses are written down.
class Visitor {
 public:
  explicit Visitor(kube::AccessConfig config, const std::string& manager = "depops-agent",
                   kube::ClientRules rules = {});

  kube::Client* operator->() { return &client_; }
  kube::Client& client() { return client_; }
  kube::Connection& connection() { return connection_; }
  std::vector<Millis> pauses;

 private:
  clock::SystemClock clock_;
  kube::Access access_;
  kube::Connection connection_;
  kube::Client client_;
};

kube::AccessConfig admin();  // by client certificate
kube::AccessConfig with_token(const std::string& token);

inline const kube::Resource kConfigMaps{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("configmaps"),
                                        "ConfigMap", true};
inline const kube::Resource kDeployments{kube::ApiGroup("apps"), kube::ApiVersion("v1"), kube::Plural("deployments"),
                                         "Deployment", true};
inline const kube::Resource kNamespaces{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("namespaces"),
                                        "Namespace", false};

kube::Namespace fresh_namespace();  // of one test
kube::ObjectKey key_in(const kube::Namespace& space, const std::string& name);
json::Value config_map(const kube::ObjectKey& key, const std::string& field, const std::string& value,
                       const std::string& label = "");
kube::ObjectKey made(Visitor& agent);  // the ConfigMap "settings" of a fresh namespace, with colour: blue
json::Value deployment(const kube::ObjectKey& key, int replicas);
json::Value just_replicas(const kube::ObjectKey& key, int replicas);  // of a Deployment

// False after a minute.
bool comes_true(const std::function<bool()>& condition);

}  // namespace depops::test

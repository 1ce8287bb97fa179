#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/kubernetes/access/access.h"
#include "agent/kubernetes/connection/connection.h"
#include "shared/clock/system_clock.h"
#include "tests/e2e/stage/program.h"
#include "tests/support/kubernetes/control_plane.h"
#include "tests/support/kubernetes/fake_node.h"
#include "tests/support/kubernetes/real_node.h"

namespace depops::stage {

// A real control plane with a node whose pods are processes, or containers where the program runs under
// on_real_node.sh, and whoever may do everything there. One for the whole program, made at first use. Thread: one at
// a time.
class Cluster {
 public:
  static Cluster& get();

  test::ApiServer& server() { return plane_; }
  test::FakeNode& node() { return *fake_node_; }        // where no real one runs
  test::RealNode& containers() { return *real_node_; }  // where one runs
  std::uint16_t pod_port() const { return pod_port_; }  // of every container

  // A kubeconfig of the agent's account, which may do in that namespace what the roles of deploy/kubernetes say: that
  // of the runtime, that of a file beside it, and what older servers need.
  std::string login_of_agent(const std::string& space, const std::string& router_role);
  std::string fresh_namespace(const std::string& name);
  // Objects as YAML or JSON that name their namespaces. Trouble if the server does not take one.
  void make(const std::string& manifests);
  void apply(const json::Value& object);  // likewise one object, made or changed
  json::Value get(const std::string& target);
  void remove(const std::string& target);  // and, in the background, what belongs to it
  json::Value patch(const std::string& target, const std::string& body,
                    const std::string& type = "application/merge-patch+json");
  // What `kubectl get WHAT -n SPACE` prints, line by line and without its widths; from the server's own table where
  // there is no kubectl. `label`: one more column.
  std::vector<std::string> shown(const std::string& api, const std::string& plural, const std::string& space,
                                 const std::string& label = "");

 private:
  Cluster();
  json::Value table_of(const std::string& target);
  json::Value ask(const agent::kubernetes::Call& call);

  test::ControlPlane plane_;
  std::uint16_t pod_port_;
  clock::SystemClock clock_;
  agent::kubernetes::Access access_;
  agent::kubernetes::Connection connection_;
  std::unique_ptr<test::RealNode> real_node_;
  std::unique_ptr<test::FakeNode> fake_node_;
  int spaces_ = 0;
};

}  // namespace depops::stage

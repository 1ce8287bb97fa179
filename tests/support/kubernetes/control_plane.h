#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/kubernetes/api_server.h"

namespace depops::test {

// etcd and kube-apiserver of the folder `assets`, with certificates and data in a folder of their own, and on demand
// those controllers of kube-controller-manager that make pods of Deployments and clear up: without those that look
// after nodes, a fake one needs no heartbeats. They die with the thread that made this, and the folder goes with the
// process, whatever happens.
class ControlPlane final : public ApiServer {
 public:
  // of_nodes_too: also those of volumes, and the server listens on all addresses of its network namespace, in the reach
  // of real pods.
  enum class Controllers { no, yes, of_nodes_too };
  explicit ControlPlane(const std::string& assets, Controllers controllers = Controllers::no);
  ~ControlPlane() override;

  std::uint16_t port() const { return port_; }
  bool is_real() const override { return true; }
  void cut() override;
  void forget_history() override;

 private:
  void start_etcd();
  void start_server();
  void start_controllers();
  bool in_pods_reach() const { return controllers_wanted_ == Controllers::of_nodes_too; }

  const Controllers controllers_wanted_;
  std::string assets_;
  std::uint16_t etcd_port_ = 0;
  Child etcd_;
  Child server_;
  Child controllers_;
};

}  // namespace depops::test

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/kubernetes/api_server.h"

namespace depops::test {

// etcd and kube-apiserver of the folder `assets`, with certificates and data in a folder of their own. They die with
// the thread that made this, and the folder goes with the process, whatever happens. No controllers: only the API.
class ControlPlane final : public ApiServer {
 public:
  explicit ControlPlane(const std::string& assets);
  ~ControlPlane() override;

  bool is_real() const override { return true; }
  void cut() override;
  void forget_history() override;

 private:
  void start_etcd();
  void start_server();

  std::string assets_;
  std::uint16_t etcd_port_ = 0;
  Child etcd_;
  Child server_;
};

}  // namespace depops::test

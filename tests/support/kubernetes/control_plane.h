#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/e2e/stage/guard.h"
#include "tests/support/child.h"
#include "tests/support/kubernetes/api_server.h"
#include "tests/support/kubernetes/certificates.h"

namespace depops::test {

// etcd and kube-apiserver of the folder `assets`, with certificates and data in a folder of their own. They die with
// the thread that made this, and the folder goes with the process, whatever happens. No controllers: only the API.
class ControlPlane final : public ApiServer {
 public:
  explicit ControlPlane(const std::string& assets);
  ~ControlPlane() override;

  std::string url() const override { return "https://127.0.0.1:" + std::to_string(port_); }
  std::string authority() const override { return certificates_.file("ca.crt"); }
  std::string kubeconfig() const override { return certificates_.file("admin.kubeconfig"); }
  std::string admin_token() const override { return "token-of-the-admin"; }
  std::string plain_token() const override { return "token-of-nobody-special"; }
  std::string folder() const override { return guard_.folder(); }
  bool is_real() const override { return true; }
  void cut() override;
  void forget_history() override;

 private:
  void start_etcd();
  void start_server();
  std::string file(const std::string& name) const { return guard_.folder() + "/" + name; }

  stage::Guard guard_;
  KubeCertificates certificates_;
  std::string assets_;
  std::uint16_t etcd_port_ = 0;
  std::uint16_t port_ = 0;
  Child etcd_;
  Child server_;
};

}  // namespace depops::test

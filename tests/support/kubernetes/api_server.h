#pragma once

#include <cstdint>
#include <string>

#include "tests/e2e/stage/guard.h"
#include "tests/support/kubernetes/certificates.h"

namespace depops::test {

// A Kubernetes API server on 127.0.0.1 that one test program has for itself: the real one, or the fake one. Its folder
// goes with the process, whatever happens.
class ApiServer {
 public:
  virtual ~ApiServer() = default;
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  std::string authority() const { return certificates_.file("ca.crt"); }
  // Of somebody who may do everything: a file with a client certificate, and a token.
  std::string kubeconfig() const { return certificates_.file("admin.kubeconfig"); }
  std::string admin_token() const { return "token-of-the-admin"; }
  std::string plain_token() const { return "token-of-nobody-special"; }  // of user "plain", who may do nothing
  std::string folder() const { return guard_.folder(); }                 // for files of tests
  // The text of a file for whoever has the token.
  std::string kubeconfig_with(const std::string& token) const {
    return kubeconfig_text(certificates_, url(), "", token);
  }
  virtual bool is_real() const = 0;

  virtual void cut() = 0;             // every connection breaks; afterwards it serves again, and still knows everything
  virtual void forget_history() = 0;  // cut, and no earlier resourceVersion and no page of a list is known any more

 protected:
  explicit ApiServer(const std::string& name) : guard_(name), certificates_(guard_.folder()) {}
  std::string file(const std::string& name) const { return guard_.folder() + "/" + name; }

  stage::Guard guard_;
  KubeCertificates certificates_;
  std::uint16_t port_ = 0;
};

// The one of this program, started at first use. Throws with the end of its log if it does not start.
ApiServer& api_server();

}  // namespace depops::test

#pragma once

#include <string>

namespace depops::test {

// A Kubernetes API server on 127.0.0.1 that one test program has for itself: the real one, or the fake one.
class ApiServer {
 public:
  virtual ~ApiServer() = default;
  virtual std::string url() const = 0;          // "https://127.0.0.1:12345"
  virtual std::string authority() const = 0;    // file of its certificate authority
  virtual std::string kubeconfig() const = 0;   // file: somebody who may do everything, by a client certificate
  virtual std::string admin_token() const = 0;  // of somebody who may do everything
  virtual std::string plain_token() const = 0;  // of user "plain", who may do nothing
  virtual std::string folder() const = 0;       // for files of tests; gone with the server
  virtual bool is_real() const = 0;

  virtual void cut() = 0;             // every connection breaks; afterwards it serves again, and still knows everything
  virtual void forget_history() = 0;  // cut, and no earlier resourceVersion and no page of a list is known any more
};

// The one of this program, started at first use. Throws with the end of its log if it does not start.
ApiServer& api_server();

}  // namespace depops::test

#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace Poco::Net {
class HTTPServer;
}

namespace depops::test {

// What runs in a pod: answers every request with 200 and `body`, as long as it lives.
class PodServer {
 public:
  PodServer(const std::string& address, std::uint16_t port, std::string body);
  ~PodServer();

 private:
  std::unique_ptr<Poco::Net::HTTPServer> server_;
};

}  // namespace depops::test

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "shared/json/value.h"

namespace Poco::Net {
class HTTPServer;
}

namespace depops::test {

// What an API server asks a node for when somebody reads a container's log: GET /containerLogs/NAMESPACE/POD/CONTAINER,
// over TLS with the certificate server.crt of `folder`. Thread: any.
class NodeLogs {
 public:
  explicit NodeLogs(const std::string& folder);
  ~NodeLogs();

  std::uint16_t port() const { return port_; }
  json::Value node(const std::string& name) const;  // the Node object that leads here
  void keep(const std::string& image, const std::string& log);
  void lose_previous(const std::string& image);  // of lives that ended nothing is there any more
  void runs(const std::string& pod, const std::string& image);
  std::vector<std::string> asked();  // "POD CONTAINER [QUERY]" since the last time
  std::string answer(const std::string& uri);

 private:
  std::uint16_t port_;
  std::mutex mutex_;
  std::map<std::string, std::string> logs_;    // by image
  std::map<std::string, std::string> images_;  // by pod
  std::set<std::string> lost_;                 // images
  std::vector<std::string> asked_;
  std::unique_ptr<Poco::Net::HTTPServer> server_;
};

}  // namespace depops::test

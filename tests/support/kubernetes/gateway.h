#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "agent/kubernetes/access/access.h"
#include "agent/kubernetes/client/discovery.h"
#include "agent/kubernetes/watch/watcher.h"
#include "shared/clock/system_clock.h"
#include "tests/support/kubernetes/api_server.h"
#include "tests/support/kubernetes/gateway_table.h"

namespace Poco {
class ThreadPool;
}
namespace Poco::Net {
class HTTPServer;
class HTTPServerRequest;
class HTTPServerResponse;
}  // namespace Poco::Net

namespace depops::test {

// A small data plane on 127.0.0.1 for plain HTTP/1.1, whatever it obeys: one HTTPRoute or GRPCRoute as a gateway would,
// and says so in its status; a VirtualService as Istio's, a TraefikService as Traefik, an Ingress and its canary as
// Ingress-NGINX would; or it stands in for a Service as kube-proxy would. Counts answers by set. No request is sent
// twice: what the first endpoint does not answer is answered with 502, and 503 without an endpoint.
class Gateway {
 public:
  enum class By { http_route, grpc_route, virtual_service, traefik_service, ingress, service };
  struct Order {
    std::string space;
    By by = By::http_route;
    std::string name;         // of that object
    std::uint16_t port = 0;   // where requests come in
    std::uint16_t pages = 0;  // GET /metrics: gateway_requests_total{set="...",code="..."}
  };
  Gateway(ApiServer& server, Order order);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  std::map<std::string, std::uint64_t> answers(const std::string& set);  // by status
  std::string metrics();

  void serve(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response);

 private:
  void work();
  void look();
  GatewayTable table_by(const json::Value& object) const;
  void tell(const json::Value& route, const GatewayTable& table);
  std::unique_ptr<agent::kubernetes::Watcher> watch(const agent::kubernetes::Resource& resource);
  bool pick(Target& target, std::string& service);
  int forward(const Target& target, Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response);
  void wake();

  const Order order_;
  clock::SystemClock clock_;
  agent::kubernetes::Access access_;
  agent::kubernetes::Connection connection_;
  std::atomic<std::uint64_t> picks_{0};

  std::mutex mutex_;
  std::condition_variable news_;
  bool stop_ = false;
  bool changed_ = true;
  std::shared_ptr<const GatewayTable> table_ = std::make_shared<GatewayTable>();
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts_;  // by set and status
  std::string told_;                                                     // of the route, last

  std::unique_ptr<agent::kubernetes::Watcher> slices_;
  std::unique_ptr<agent::kubernetes::Watcher> services_;
  std::unique_ptr<agent::kubernetes::Watcher> objects_;  // of the kind that it obeys; none: a Service
  std::thread thread_;
  std::unique_ptr<Poco::ThreadPool> threads_;
  std::unique_ptr<Poco::Net::HTTPServer> server_;
  std::unique_ptr<Poco::Net::HTTPServer> pages_;
};

}  // namespace depops::test

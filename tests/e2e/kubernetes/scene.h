#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/contract/metrics/prometheus_server.h"
#include "tests/e2e/kubernetes/cluster.h"
#include "tests/e2e/stage/site.h"
#include "tests/support/kubernetes/gateway.h"

// A site that is a namespace of a cluster: hub, broker, agent, a service with version 1.0, a data plane, a Prometheus
// that reads it, and a stream of requests.
namespace depops::stage {

constexpr Seconds kLong{120};
inline const std::string kSite = "fra-1";

// Which router the site has, and a strategy for it, below `strategy:` and indented by 8.
struct Way {
  std::string name;
  std::string router;  // below `router:`, in braces
  std::string role;    // of deploy/kubernetes, that it needs beside the runtime's
  test::Gateway::By by = test::Gateway::By::http_route;
  unsigned replicas = 2;
  unsigned middle = 0;  // percent of the requests that the new version gets in the middle of it
  std::string strategy{};
  std::string object{};  // what the router writes or reads beside the Service, without its namespace; empty: nothing
};

Way by_route();
Way by_grpc_route();
Way by_virtual_service();
Way by_traefik_service();
Way by_ingress();
Way by_switch();
Way by_ratio();

class Scene {
 public:
  // What runs in the place before there is an agent; it takes requests of the Service.
  using Before = std::function<void(Scene&)>;
  // Without `before` with version 1.0, rolled out.
  explicit Scene(const Way& way, const Before& before = {});

  void start_stream();
  void publish(const std::string& label, const std::string& error_share = "0");
  std::string ended(const std::string& id) { return stage.wait_for_end(id, kLong)["state"].as_string(); }
  std::string rolled_out(const std::string& label);  // the state it ended in
  void wait_for_share(const std::string& version, unsigned least);
  std::string stable() { return site.status()["stable"].as_string(); }
  // Requests that failed, without those that a version which is bad on purpose answered.
  std::vector<std::string> failed_requests(const std::vector<std::string>& bad);
  std::size_t answers_of(const std::string& version);
  void wait_for_answers(std::size_t more);  // so many after now

  std::string settings_of(const std::string& space);  // of an agent that may do there what its role says, no more
  // The Deployment of a version as a team's own tools would have rendered it.
  std::string manifest_of(const std::string& label, const std::string& error_share = "0") const;
  const Way& way() const { return way_; }

  Cluster& cluster;
  Stage stage;
  std::string space;
  Site site;
  std::unique_ptr<test::Gateway> gateway;
  std::unique_ptr<test::PrometheusServer> prometheus;

 private:
  void make_objects();
  std::string documents() const;

  const Way way_;
};

}  // namespace depops::stage

#include "agent/metrics/metrics.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace depops::agent {
namespace {

SiteView sample() {
  SiteView view;
  view.site = SiteName("fra-1");
  view.storage = "ok";
  view.backlog = 3;
  ServiceView service;
  service.status.service = ServiceName("checkout");
  service.status.rollout = RolloutId("d-7.fra-1");
  service.target = VersionLabel("1.1");
  service.status.sets = {{SetId("checkout-a"), VersionLabel("1.1"), 2, 2, 1, 10, 3}};
  view.services = {service};
  return view;
}

// The whole answer to one request; the server closes after it.
std::string got(std::uint16_t port, const std::string& request) {
  const int peer = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  const std::string bytes = request + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  REQUIRE(send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
  std::string answer;
  char buffer[4'096];
  for (ssize_t got = 0; (got = recv(peer, buffer, sizeof buffer, 0)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(got));
  close(peer);
  return answer;
}

}  // namespace

TEST_CASE("metrics tell weight, instances and backlog, and no rollout id") {
  const std::string text = metrics_text(sample(), "0.1.0");
  CHECK(text.find(R"(depops_agent_traffic_weight_percent{service="checkout",set="checkout-a",version="1.1"} 10)") !=
        std::string::npos);
  CHECK(text.find("depops_agent_backlog_entries 3") != std::string::npos);
  CHECK(text.find("depops_agent_rollout_under_way{service=\"checkout\"} 1") != std::string::npos);
  CHECK(text.find("d-7") == std::string::npos);
}

TEST_CASE("metrics tell of an agent that stands by while another one acts") {
  SiteView view = sample();
  CHECK(metrics_text(view, "0.1.0").find("depops_agent_standing_by 0") != std::string::npos);
  view.standby = "agent-0/aa acts on this cluster";
  CHECK(metrics_text(view, "0.1.0").find("depops_agent_standing_by 1") != std::string::npos);
}

TEST_CASE("metrics are served on loopback, a port in use is said with its remedy") {
  const auto server = MetricsHttp::listen("127.0.0.1:0", "0.1.0", [] { return Result<SiteView>(sample()); });
  REQUIRE(server.ok());
  const std::uint16_t port = (*server)->port();
  CHECK(got(port, "GET /metrics").find("depops_agent_info{site=\"fra-1\",version=\"0.1.0\"} 1") != std::string::npos);
  CHECK(got(port, "GET /healthz").find("200 OK") != std::string::npos);
  CHECK(got(port, "GET /other").find("404") != std::string::npos);
  CHECK(got(port, "DELETE /metrics").find("405") != std::string::npos);
  const auto second =
      MetricsHttp::listen("127.0.0.1:" + std::to_string(port), "0.1.0", [] { return Result<SiteView>(sample()); });
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().what.find("metrics.listen") != std::string::npos);
}

TEST_CASE("an agent that does not answer makes the scrape fail, visibly") {
  const auto server = MetricsHttp::listen("127.0.0.1:0", "0.1.0", []() -> Result<SiteView> {
    return Error{Errc::unavailable, "the agent did not answer"};
  });
  REQUIRE(server.ok());
  CHECK(got((*server)->port(), "GET /metrics").find("503") != std::string::npos);
}

}  // namespace depops::agent

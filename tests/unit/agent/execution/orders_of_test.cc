#include "agent/execution/orders_of.h"

#include <catch2/catch.hpp>

namespace depops::agent {
namespace {

std::shared_ptr<rollout::Record> record_of_checkout() {
  auto record = std::make_shared<rollout::Record>();
  record->service = ServiceName("checkout");
  return record;
}

std::optional<std::string> health_path_of(const std::shared_ptr<rollout::Record>& record) {
  const RouterOrders orders = router_orders({record}, {});
  REQUIRE(orders.routes.size() == 1);
  return orders.routes[0].health_path;
}

}  // namespace

TEST_CASE("a service of which nothing is wanted yet changes no health check, so that no reload follows") {
  CHECK(health_path_of(record_of_checkout()) == std::nullopt);
}

TEST_CASE("the health check of a service is its readiness probe") {
  const auto record = record_of_checkout();
  auto stable = std::make_shared<rollout::VersionSnapshot>();
  stable->set = SetId("checkout-1");
  stable->workload.readiness.kind = rollout::Readiness::Kind::http;
  stable->workload.readiness.path = "/healthz";
  record->stable = stable;
  record->stable_replicas = 1;
  CHECK(health_path_of(record) == "/healthz");
}

}  // namespace depops::agent

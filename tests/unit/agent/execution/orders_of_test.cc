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

// One ready instance of each set.
RuntimeFacts one_of_each(const std::vector<std::string>& sets) {
  RuntimeFacts facts;
  for (const std::string& set : sets) {
    SetFacts known;
    known.set = SetId(set);
    facts.sets.push_back(known);
    EndpointFacts endpoint;
    endpoint.id = EndpointId(set + ".1");
    endpoint.set = known.set;
    endpoint.state = EndpointState::ready;
    facts.endpoints.push_back(endpoint);
  }
  return facts;
}

}  // namespace

TEST_CASE("a service of which nothing is wanted yet changes no health check, so that no reload follows") {
  CHECK(health_path_of(record_of_checkout()) == std::nullopt);
}

TEST_CASE("a service is at rest when it has a stable version and nothing is under way") {
  const auto record = record_of_checkout();
  CHECK(runtime_orders({record}, {}).at_rest.empty());
  auto stable = std::make_shared<rollout::VersionSnapshot>();
  stable->set = SetId("checkout-1");
  record->stable = stable;
  CHECK(runtime_orders({record}, {}).at_rest == std::vector<ServiceName>{ServiceName("checkout")});
  record->phase = rollout::Phase::draining;
  CHECK(runtime_orders({record}, {}).at_rest.empty());
}

TEST_CASE("the orders of a target say what its rollout has at its height, those of the stable version do not") {
  const auto record = record_of_checkout();
  auto stable = std::make_shared<rollout::VersionSnapshot>();
  stable->set = SetId("checkout-1");
  stable->workload.replicas = 4;
  record->stable = stable;
  record->stable_replicas = 4;
  auto plan = std::make_shared<rollout::Plan>();
  plan->target.set = SetId("checkout-2");
  plan->target.workload.replicas = 4;
  plan->strategy = rollout::Rolling{{1, false}, {0, false}};
  record->plan = plan;
  record->phase = rollout::Phase::rolling;
  record->target_replicas = 1;
  const RuntimeOrders orders = runtime_orders({record}, {});
  REQUIRE(orders.sets.size() == 2);
  CHECK(orders.sets[0].snapshot.set == SetId("checkout-2"));
  CHECK(orders.sets[0].height == 1);
  CHECK(orders.sets[1].height == 0);
  CHECK(orders.sets[0].dip == rollout::Dip{4, 4});
  CHECK_FALSE(orders.sets[1].dip.has_value());
}

TEST_CASE(
    "a service's size is what it comes to: the target's on the way forward, stable's at rest and on the way back") {
  const auto record = record_of_checkout();
  const ServiceName checkout("checkout");
  CHECK(runtime_orders({record}, {}).sizes.at(checkout) == 0);
  auto stable = std::make_shared<rollout::VersionSnapshot>();
  stable->set = SetId("checkout-1");
  stable->workload.replicas = 3;
  record->stable = stable;
  auto plan = std::make_shared<rollout::Plan>();
  plan->target.workload.replicas = 5;
  record->plan = plan;
  record->phase = rollout::Phase::rolling;
  CHECK(runtime_orders({record}, {}).sizes.at(checkout) == 5);
  CHECK(runtime_orders({record}, {}).returning.empty());
  record->phase = rollout::Phase::aborting;
  CHECK(runtime_orders({record}, {}).sizes.at(checkout) == 3);
  CHECK(runtime_orders({record}, {}).returning.at(checkout) == SetId("checkout-1"));
  record->phase = rollout::Phase::idle;
  CHECK(runtime_orders({record}, {}).sizes.at(checkout) == 3);
}

TEST_CASE("companions run beside the service, and no request goes to them") {
  const auto record = record_of_checkout();
  auto stable = std::make_shared<rollout::VersionSnapshot>();
  stable->set = SetId("checkout-1");
  stable->workload.replicas = 4;
  stable->companions["worker"].replicas = 2;
  record->stable = stable;
  record->stable_replicas = 3;
  const RuntimeOrders orders = runtime_orders({record}, {});
  REQUIRE(orders.sets.size() == 2);
  CHECK(orders.sets[0].replicas == 3);
  CHECK(orders.sets[1].snapshot.set == SetId("checkout-1-worker"));
  CHECK(orders.sets[1].replicas == 2);
  const RouterOrders routed = router_orders({record}, one_of_each({"checkout-1", "checkout-1-worker"}));
  REQUIRE(routed.routes.size() == 1);
  REQUIRE(routed.routes[0].endpoints.size() == 1);
  CHECK(routed.routes[0].endpoints[0].set == SetId("checkout-1"));
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

TEST_CASE("an order to measure says which versions it is about, and what the runtime knows of both") {
  analysis::MetricSpec metric;
  metric.name = MetricName("lag");
  metric.provider = analysis::ScrapeProvider{};
  metric.test = analysis::Conditions{"", "result > 1"};
  rollout::Plan plan;
  plan.target.set = SetId("checkout-2");
  plan.target.label = VersionLabel("2.0");
  plan.strategy = rollout::Canary{{rollout::Analysis{{TemplateName("t"), {metric}}, Millis(60'000)}}};
  const auto record = record_of_checkout();
  record->rollout = RolloutId("r-7");
  record->plan = std::make_shared<const rollout::Plan>(plan);
  record->phase = rollout::Phase::analyzing;
  auto stable = std::make_shared<rollout::VersionSnapshot>();
  stable->set = SetId("checkout-1");
  stable->label = VersionLabel("1.0");
  record->stable = stable;
  const Moment now{Instant(Millis(50'000)), Millis(50'000), BootId("b")};
  record->analysis =
      rollout::AnalysisMark{"run", 1, Stamp::of(now), {{}}, analysis::begin({TemplateName("t"), {metric}})};
  const auto orders = measures_of(*record, one_of_each({"checkout-1", "checkout-2", "other-1"}), now);
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].metric == MetricName("checkout/lag"));
  CHECK(orders[0].service == ServiceName("checkout"));
  CHECK(orders[0].rollout == RolloutId("r-7"));
  CHECK(orders[0].canary == MeasuredSet{SetId("checkout-2"), VersionLabel("2.0")});
  CHECK(orders[0].stable == MeasuredSet{SetId("checkout-1"), VersionLabel("1.0")});
  CHECK(orders[0].endpoints.size() == 2);
  CHECK(orders[0].sets.size() == 2);
}

}  // namespace depops::agent

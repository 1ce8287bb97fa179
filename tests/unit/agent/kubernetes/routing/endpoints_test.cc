#include "agent/kubernetes/routing/endpoints.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent;
using namespace depops::agent::kubernetes;

namespace {

const Uid kLife("3f9a1c22-bd01-4f6e-8a57-0c9f6f8b7a11");
const Uid kOtherLife("77aa1c22-bd01-4f6e-8a57-0c9f6f8b7a11");

ServiceRoute route_with(const std::vector<std::pair<std::string, std::string>>& endpoints) {
  ServiceRoute route;
  for (const auto& [id, set] : endpoints) {
    route.endpoints.push_back({EndpointId(id), SetId(set), "10.0.0.1", 80, false});
    route.shares.push_back({SetId(set), 0});
  }
  return route;
}

SliceEndpoint pod(const std::string& name, const Uid& uid = kLife) { return {EndpointId(name), true, false, uid}; }

}  // namespace

TEST_CASE("a pod whose container was started again is the endpoint that the orders mean") {
  const ServiceRoute route = route_with({{"checkout-1-5d8-abcde.2", "checkout-1"}});
  REQUIRE(routed_of(route, pod("checkout-1-5d8-abcde")) != nullptr);
  CHECK(routed_of(route, pod("checkout-1-5d8-abcde"))->id == EndpointId("checkout-1-5d8-abcde.2"));
  CHECK(routed_of(route, pod("checkout-1-5d8-abc")) == nullptr);
}

TEST_CASE("a pod of a StatefulSet is known by its name and its life, and is of the set that the orders say") {
  const ServiceRoute route = route_with({{"db-1.3f9a1c22.1", "checkout-2"}, {"db-10.77aa1c22", "checkout-1"}});
  REQUIRE(routed_of(route, pod("db-1")) != nullptr);
  CHECK(routed_of(route, pod("db-1"))->set == SetId("checkout-2"));
  CHECK(set_of(route, pod("db-1")) == SetId("checkout-2"));
  CHECK(routed_of(route, pod("db-1", kOtherLife)) == nullptr);
  CHECK(set_of(route, pod("db-1", kOtherLife)).empty());
  CHECK(set_of(route, pod("db-10", kOtherLife)) == SetId("checkout-1"));
}

TEST_CASE("a pod that the orders do not name yet is of the set that its name begins with") {
  const ServiceRoute route = route_with({{"checkout-1-5d8-abcde", "checkout-1"}});
  CHECK(set_of(route, pod("checkout-1-5d8-fffff")) == SetId("checkout-1"));
  CHECK(set_of(route, pod("mail-1-5d8-fffff")).empty());
}

TEST_CASE("what a slice says of the pod behind an endpoint is kept") {
  json::Value target;
  json::Value endpoint;
  endpoint.add("targetRef", target.add("name", "db-1").add("uid", kLife.str()));
  json::Value labels;
  json::Value meta;
  json::Value slice;
  slice.add("metadata", meta.add("labels", labels.add("kubernetes.io/service-name", "shop")));
  slice.add("endpoints", json::Value::array().push(std::move(endpoint)));
  const Endpoints endpoints = endpoints_of({std::make_shared<const Seen>(Seen{{}, kept_of_slice(slice)})});
  CHECK(of_service(endpoints, "shop") == std::vector<SliceEndpoint>{pod("db-1")});
}

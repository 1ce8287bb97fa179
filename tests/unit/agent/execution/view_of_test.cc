#include "agent/execution/view_of.h"

#include <catch2/catch.hpp>

namespace depops::agent {
namespace {

const ServiceName kCheckout("checkout");

rollout::View view_through(const RouterFacts& router, const RuntimeFacts* runtime = nullptr) {
  rollout::Record record;
  record.service = kCheckout;
  auto stable = std::make_shared<rollout::VersionSnapshot>();
  stable->set = SetId("checkout-1");
  record.stable = stable;
  const std::map<Digest, ArtifactFacts> artifacts;
  World world;
  world.router = &router;
  world.router_fresh = true;
  world.runtime = runtime;
  world.runtime_fresh = runtime != nullptr;
  world.artifacts = &artifacts;
  return view_of(record, world, {}, {Instant(Millis(1'000)), Millis(1'000), BootId("b")});
}

}  // namespace

TEST_CASE("a set is available as far as its companions are, and what ends in one ends in all") {
  rollout::Record record;
  record.service = kCheckout;
  auto stable = std::make_shared<rollout::VersionSnapshot>();
  stable->set = SetId("checkout-1");
  stable->workload.replicas = 4;
  stable->companions["worker"].replicas = 2;
  record.stable = stable;
  record.stable_replicas = 4;
  RuntimeFacts facts;
  for (int i = 0; i < 5; ++i) {
    EndpointFacts endpoint;
    endpoint.id = EndpointId("i." + std::to_string(i));
    endpoint.set = SetId(i < 4 ? "checkout-1" : "checkout-1-worker");
    endpoint.state = EndpointState::ready;
    facts.endpoints.push_back(endpoint);
  }
  SetFacts own;
  own.set = SetId("checkout-1");
  own.running = own.ready = 4;
  SetFacts worker;
  worker.set = SetId("checkout-1-worker");
  worker.running = worker.ready = 1;
  worker.restarts = 2;
  worker.trouble = "exit 1";
  facts.sets = {own, worker};
  const std::map<Digest, ArtifactFacts> artifacts;
  World world;
  world.runtime = &facts;
  world.runtime_fresh = true;
  world.artifacts = &artifacts;
  const rollout::View view = view_of(record, world, {}, {Instant(Millis(1'000)), Millis(1'000), BootId("b")});
  CHECK(view.stable.running == 4);
  CHECK(view.stable.ready == 2);
  CHECK(view.stable.available == 2);
  CHECK(view.stable.restarts == 2);
  CHECK(view.stable.trouble == "worker: exit 1");
}

TEST_CASE("a router that has no orders yet and does not read the service says nothing: no instance is down for that") {
  EndpointFacts endpoint;
  endpoint.id = EndpointId("i.1");
  endpoint.set = SetId("checkout-1");
  endpoint.state = EndpointState::ready;
  RuntimeFacts runtime;
  runtime.endpoints = {endpoint};
  RouterFacts facts;
  facts.reachable = true;
  const rollout::View before = view_through(facts, &runtime);
  CHECK_FALSE(before.router);
  CHECK(before.counters == nullptr);
  CHECK(before.stable.routable == 1);
  ServiceTraffic traffic;
  traffic.service = kCheckout;
  facts.services = {traffic};
  const rollout::View then = view_through(facts, &runtime);
  CHECK(then.router);
  CHECK(then.counters != nullptr);  // the machine reads them whenever the router is known
  CHECK(then.stable.available == 1);
  CHECK(then.stable.routable == 0);
}

TEST_CASE("what the router counted for the service is seen") {
  RouterFacts facts;
  facts.reachable = true;
  ServiceTraffic traffic;
  traffic.service = kCheckout;
  traffic.counters = {{SetId("checkout-1"), "haproxy:1/checkout-1.1", 10, 1, 0}};
  facts.services = {traffic};
  const rollout::View view = view_through(facts);
  REQUIRE(view.counters != nullptr);
  CHECK(view.counters->size() == 1);
}

TEST_CASE("what a router is only going to do is not known yet, and its pods are routable all the same") {
  RouterFacts facts;
  facts.reachable = true;
  ServiceTraffic traffic;
  traffic.service = kCheckout;
  traffic.settled = false;
  traffic.trouble = "HTTPRoute shop/checkout: Gateway public has not said that it carries this route out";
  facts.services = {traffic};
  const rollout::View view = view_through(facts);
  CHECK_FALSE(view.router);
  CHECK(view.router_trouble == traffic.trouble);
}

TEST_CASE("what somebody else changed for one service concerns no other") {
  RouterFacts facts;
  facts.reachable = true;
  ServiceTraffic own;
  own.service = kCheckout;
  ServiceTraffic other;
  other.service = ServiceName("billing");
  other.foreign = {"weight of billing-1 is 50, written was 10"};
  facts.services = {own, other};
  CHECK(view_through(facts).foreign->empty());
  facts.services[0].foreign = {"weight of checkout-1 is 50, written was 10"};
  REQUIRE(view_through(facts).foreign->size() == 1);
  CHECK(view_through(facts).foreign->front().find("checkout-1") != std::string::npos);
}

}  // namespace depops::agent

#include <catch2/catch.hpp>

#include "tests/unit/agent/kubernetes/workloads/site.h"

using namespace depops;
using namespace depops::test;

TEST_CASE("before there are orders nothing is asked for, and all that is there is told as it is") {
  Site site;
  site.wish({order("a", 2)});
  site.settle();
  site.orders.reset();
  site.memory = {};
  const RuntimeFacts facts = site.facts();
  CHECK(facts.applied_seq == 0);
  CHECK(set_of(facts, "a").ready == 2);
  CHECK(retiring(facts).empty());
}

TEST_CASE("who was told to go and is wanted again counts only when its end can not be on its way any more") {
  Site site;
  site.wish({order("a", 4)});
  site.settle();
  site.wish({order("a", 2)});
  site.now_ms += 5'000;
  (void)site.acts();
  site.now_ms += 5'000;
  for (const Act& act : site.acts()) std::visit(site, act);
  REQUIRE(site.of(SetId("a")).replicas == 2);  // and its controller has not got to it
  site.wish({order("a", 4)});
  for (const Act& act : site.acts()) std::visit(site, act);
  CHECK(set_of(site.facts(), "a").ready == 2);
  CHECK(std::ranges::count(site.facts().endpoints, EndpointState::ready, &EndpointFacts::state) == 2);
  CHECK(waits(site.memory));
  site.now_ms += 2'999;
  CHECK(set_of(site.facts(), "a").ready == 2);
  site.now_ms += 1;
  CHECK(set_of(site.facts(), "a").ready == 4);
}

TEST_CASE("people are not told of a conflict unless it stays") {
  Site site;
  site.wish({order("a", 1)});
  (void)site.acts();
  for (int i = 0; i < 3; ++i) {
    note(site.memory, SetId("a"), Error{Errc::conflict, "changed meanwhile"}, site.now());
    CHECK(set_of(site.facts(), "a").trouble.empty());
  }
  note(site.memory, SetId("a"), Error{Errc::conflict, "changed meanwhile"}, site.now());
  CHECK(set_of(site.facts(), "a").trouble == "changed meanwhile");
}

TEST_CASE("restarts and failed pods count, pods that somebody deletes do not, and what is gone stays counted") {
  Site site;
  site.wish({order("a", 2)});
  site.settle();
  site.cluster.pods[0].restarts = 1;
  site.cluster.pods[0].ending = "web ended by itself with exit 1";
  CHECK(set_of(site.facts(), "a").restarts == 1);
  CHECK(set_of(site.facts(), "a").trouble == "web ended by itself with exit 1");
  site.cluster.pods[0].deleting = true;
  site.settle();
  CHECK(set_of(site.facts(), "a").restarts == 1);
  site.cluster.pods[0].ended = true;
  site.settle();
  CHECK(set_of(site.facts(), "a").restarts == 2);
  std::erase_if(site.cluster.pods, [](const Pod& pod) { return pod.ended; });
  CHECK(set_of(site.facts(), "a").restarts == 2);
}

TEST_CASE("a probe that comes and goes is a flap, a restart is none") {
  Site site;
  site.wish({order("a", 1)});
  site.settle();
  (void)site.facts();
  site.cluster.pods[0].ready = false;
  CHECK(site.facts().endpoints.at(0).state == EndpointState::unready);
  CHECK(set_of(site.facts(), "a").flaps == 1);
  site.cluster.pods[0].ready = true;
  (void)site.facts();
  site.cluster.pods[0].ready = site.cluster.pods[0].running = false;
  (void)site.facts();
  site.cluster.pods[0].restarts = 1;
  site.cluster.pods[0].ready = site.cluster.pods[0].running = true;
  CHECK(set_of(site.facts(), "a").flaps == 1);
}

TEST_CASE("a probe that failed and passes again is told until something worse happens") {
  Site site;
  site.wish({order("a", 1)});
  site.settle();
  (void)site.facts();
  site.cluster.pods[0].ready = false;
  (void)site.facts();
  site.cluster.pods[0].ready = true;
  CHECK(set_of(site.facts(), "a").trouble.starts_with("its pods became unready 1 times after they had been ready"));
  site.cluster.pods[0].ending = "web ended by itself with exit 1";
  CHECK(set_of(site.facts(), "a").trouble == "web ended by itself with exit 1");
}

TEST_CASE("the pod that is told of is the one whose log is wanted") {
  Site site;
  site.wish({order("a", 3), order("b", 1)});
  site.settle();
  CHECK(speakers(site.orders, site.cluster, site.memory).empty());
  site.cluster.pods[1].ending = "web ended by itself with exit 1";
  const auto ended = speakers(site.orders, site.cluster, site.memory);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0] == &site.cluster.pods[1]);
  site.cluster.pods[2].trouble = "web runs and fails its readiness probe";
  const auto held_up = speakers(site.orders, site.cluster, site.memory);
  REQUIRE(held_up.size() == 1);
  CHECK(held_up[0] == &site.cluster.pods[2]);
}

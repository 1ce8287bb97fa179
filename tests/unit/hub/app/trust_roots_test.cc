#include <catch2/catch.hpp>

#include "tests/unit/hub/app/company.h"

// Trust roots at the hub: which one is taken, and what it changes.
using namespace depops;
using namespace depops::tests;
using Catch::Contains;

TEST_CASE("A18: a trust root that is not the next, or not signed by enough of both, changes nothing") {
  Company world;
  CHECK_THAT(world.push(company(3)).what, Contains("root-version"));
  CHECK_THAT(world.push(company(2), {"k-ann"}).what, Contains("signature"));
  auto same = company(1);
  same.expires = at(5);
  CHECK_THAT(world.push(same).what, Contains("equivocation"));
  CHECK(world.bench.hub->world().trust_roots.size() == 1);
  CHECK_THAT(world.newest("trust_root.refused").leaf.reason, Contains("equivocation"));
  REQUIRE(world.push(company(2)).ok);
  CHECK(world.bench.hub->world().trust_roots.size() == 2);
}

TEST_CASE("A newer trust root is counted by at once and goes to sites that have one pinned") {
  Company world;
  REQUIRE(world.approve("alice").ok);
  sync::Hello hello;
  hello.trust_version = trust::TrustVersion(1);
  REQUIRE(world.bench.give(world.fleet.sin1.frame(hello)));
  auto next = company(2);
  next.policies = {{trust::Tier::production, 1}};
  REQUIRE(world.push(next).ok);
  world.fleet.hear();
  CHECK(world.bench.has_rollout("d-2.fra-1"));
  REQUIRE(world.fleet.sin1.held());
  CHECK(world.fleet.sin1.held()->trust_roots == std::vector<std::string>{"trust-root-1"});
  CHECK(world.fleet.sin1.held()->trust_version == trust::TrustVersion(2));
  CHECK(world.fleet.fra.held()->trust_roots.empty());  // it said nothing of one
}

TEST_CASE("Past the trust root's time nothing begins, and the reason says so") {
  Company world;
  auto next = company(2);
  next.expires = at(10);
  REQUIRE(world.push(next).ok);
  world.bench.pass(std::chrono::hours(1));
  REQUIRE(world.approve("alice").ok);
  REQUIRE(world.approve("bob").ok);
  CHECK_FALSE(world.bench.has_rollout("d-2.fra-1"));
  CHECK(world.bench.deployment("d-2").waiting_for.at(0).rule == "trust-root");
}

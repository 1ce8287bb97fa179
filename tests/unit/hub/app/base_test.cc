#include <catch2/catch.hpp>

#include "tests/unit/hub/app/fleet.h"

// On which document the next one of a site builds.
using namespace depops;
using namespace depops::tests;

TEST_CASE("A document builds on the newest one the site is known to hold, and says so where that is an older one") {
  Fleet fleet;
  fleet.bench.set_up();
  fleet.complete_staging("1.0");  // generation 1, held
  REQUIRE(fleet.stg.held());
  const auto first = fleet.bench.hub->world().sites.at(SiteName("stg-1")).desired.bytes;
  sync::Hello hello;
  hello.generation = Generation(1);
  hello.trust_version = trust::TrustVersion(1);
  REQUIRE(fleet.bench.give(fleet.stg.frame(hello)));
  REQUIRE(fleet.bench.ask(to(kStaging, "1.1")).ok);
  fleet.hear();
  CHECK(fleet.stg.held()->base == fleet.bench.codec.digest(first));
  CHECK_FALSE(fleet.stg.held()->rebase);
  // Another one before the site said anything of that.
  REQUIRE(fleet.bench.ask(hub::GiveVerb{DeploymentId("d-2"), SiteName(), rollout::Verb::pause, "", {}}).ok);
  fleet.hear();
  CHECK(fleet.stg.held()->base == fleet.bench.codec.digest(first));
  CHECK(fleet.stg.held()->rebase);
  // A site that began anew holds nothing to build on.
  hello.generation = Generation();
  REQUIRE(fleet.bench.give(fleet.stg.frame(hello)));
  REQUIRE(fleet.bench.ask(hub::GiveVerb{DeploymentId("d-2"), SiteName(), rollout::Verb::resume, "", {}}).ok);
  fleet.hear();
  CHECK(fleet.stg.held()->base.empty());
  CHECK_FALSE(fleet.stg.held()->rebase);
}

TEST_CASE("A site without a trust root, which may be an older agent, is told nothing of what a document builds on") {
  Fleet fleet;
  fleet.bench.set_up();
  fleet.complete_staging("1.0");
  sync::Hello hello;
  hello.generation = Generation(1);
  REQUIRE(fleet.bench.give(fleet.stg.frame(hello)));
  REQUIRE(fleet.bench.ask(to(kStaging, "1.1")).ok);
  REQUIRE(fleet.bench.ask(hub::GiveVerb{DeploymentId("d-2"), SiteName(), rollout::Verb::pause, "", {}}).ok);
  fleet.hear();
  CHECK(fleet.stg.held()->base.empty());
  CHECK_FALSE(fleet.stg.held()->rebase);
}

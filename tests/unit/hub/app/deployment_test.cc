#include <catch2/catch.hpp>

#include "tests/unit/hub/app/fleet.h"

using namespace depops;
using namespace depops::tests;
using rollout::State;

TEST_CASE("A version goes to staging, then wave by wave and site by site through production") {
  Fleet fleet;
  fleet.bench.set_up();
  fleet.complete_staging("1.0");
  const auto answer = fleet.bench.ask(to(kProduction, "1.0"));
  REQUIRE(answer.ok);
  CHECK(answer.object == "deployment/d-2");
  CHECK(answer.detail == "strategy skipped: first deployment");
  fleet.hear();
  REQUIRE(fleet.fra.held());
  CHECK(fleet.fra.held()->generation == Generation(1));
  CHECK(fleet.fra.held()->targets.at(0).rollout == RolloutId("d-2.fra-1"));
  CHECK(fleet.fra.held()->targets.at(0).epoch == Generation(1));
  CHECK_FALSE(fleet.bench.has_rollout("d-2.sin-1"));

  fleet.say(fleet.fra, "d-2.fra-1", State::running);
  CHECK(fleet.bench.deployment("d-2").state == State::running);
  CHECK_FALSE(fleet.bench.has_rollout("d-2.sin-1"));
  fleet.say(fleet.fra, "d-2.fra-1", State::completed);
  CHECK(fleet.bench.has_rollout("d-2.sin-1"));
  CHECK_FALSE(fleet.bench.has_rollout("d-2.sin-2"));
  CHECK(fleet.bench.deployment("d-2").wave == 1);
  fleet.say(fleet.sin1, "d-2.sin-1", State::completed);
  REQUIRE(fleet.bench.has_rollout("d-2.sin-2"));
  fleet.say(fleet.sin2, "d-2.sin-2", State::completed);

  const hub::Deployment& done = fleet.bench.deployment("d-2");
  CHECK(done.state == State::completed);
  CHECK(done.completed == fleet.bench.now.wall);
  CHECK(done.first_exposure.has_value());
  CHECK_FALSE(done.failure);
  CHECK(done.sites == 3);
}

TEST_CASE("A version that is not healthy in the environment before is not promoted, and the reason says why") {
  Fleet fleet;
  fleet.bench.set_up();
  auto answer = fleet.bench.ask(to(kProduction, "1.0"));
  REQUIRE_FALSE(answer.ok);
  CHECK(answer.code == Errc::refused);
  REQUIRE(answer.reasons.size() == 1);
  CHECK(answer.reasons[0].rule == "not-healthy-before");
  CHECK(answer.reasons[0].what == "checkout 1.0 was never deployed to staging");

  REQUIRE(fleet.bench.ask(to(kStaging, "1.0")).ok);
  answer = fleet.bench.ask(hub::Promote{kCheckout, kProduction, VersionLabel("1.0"), "", ""});
  CHECK(answer.reasons.at(0).what == "checkout 1.0 is still under way in staging (d-1)");
  fleet.hear();
  fleet.say(fleet.stg, "d-1.stg-1", State::rolled_back, "errors");
  answer = fleet.bench.ask(to(kProduction, "1.0"));
  CHECK(answer.reasons.at(0).what == "checkout 1.0 is not healthy in staging: d-1 ended rolled_back");
  fleet.complete_staging("1.0");
  answer = fleet.bench.ask(hub::Promote{kCheckout, kProduction, VersionLabel(), "", ""});
  CHECK(answer.ok);
  CHECK(fleet.bench.deployment("d-3").version == VersionLabel("1.0"));
}

TEST_CASE("What no site could read is refused before it becomes a deployment") {
  Fleet fleet;
  fleet.bench.set_up();
  auto made = std::make_shared<manifest::Pipeline>(*fleet.bench.catalog.pipelines.at(kCheckout));
  made->environments[0].settings["GREETING"] = std::string("a\0b", 3);
  fleet.bench.catalog.pipelines[kCheckout] = made;
  REQUIRE(fleet.bench.ask(hub::ApplyDocuments{{hub::ApplyPipeline{"another", made}}}).ok);
  const auto answer = fleet.bench.ask(to(kStaging, "1.0"));
  REQUIRE_FALSE(answer.ok);
  CHECK(answer.code == Errc::invalid);
  CHECK(answer.what == "no site could read the plan: settings.GREETING has a zero byte; change the pipeline");
  CHECK(fleet.bench.store.deployments().empty());
}

TEST_CASE("One deployment of a service at a time at a site") {
  Fleet fleet;
  fleet.bench.set_up();
  REQUIRE(fleet.bench.ask(to(kStaging, "1.0")).ok);
  const auto answer = fleet.bench.ask(to(kStaging, "1.1"));
  REQUIRE_FALSE(answer.ok);
  CHECK(answer.reasons.at(0).rule == "one-at-a-time");
  CHECK(answer.reasons.at(0).blocked_by == "deployment/d-1");
  CHECK(fleet.bench.store.deployments().size() == 1);
}

TEST_CASE("A failure in the first wave stops the others and counts as a change failure once") {
  Fleet fleet;
  fleet.bench.set_up();
  fleet.complete_staging("1.0");
  fleet.complete_production("1.0");
  fleet.complete_staging("1.1");
  REQUIRE(fleet.bench.ask(to(kProduction, "1.1")).ok);
  fleet.hear();
  fleet.say(fleet.fra, "d-4.fra-1", State::running);
  fleet.say(fleet.fra, "d-4.fra-1", State::rolling_back, "evidence 31 : 1");
  CHECK(fleet.bench.deployment("d-4").state == State::rolling_back);
  fleet.say(fleet.fra, "d-4.fra-1", State::rolled_back, "evidence 31 : 1");
  const hub::Deployment& row = fleet.bench.deployment("d-4");
  CHECK(row.state == State::rolled_back);
  REQUIRE(row.failure);
  CHECK(row.failure->reason == "fra-1: evidence 31 : 1");
  CHECK(row.failure->caught_in_canary);
  CHECK(row.failure->recovered_at == fleet.bench.now.wall);
  CHECK(row.previous == VersionLabel("1.0"));
  CHECK_FALSE(fleet.bench.has_rollout("d-4.sin-1"));
}

TEST_CASE("A site that went bad before any traffic is no change failure") {
  Fleet fleet;
  fleet.bench.set_up();
  fleet.complete_staging("1.0");
  REQUIRE(fleet.bench.ask(to(kProduction, "1.0")).ok);
  fleet.hear();
  fleet.say(fleet.fra, "d-2.fra-1", State::failed, "no instance became ready", false);
  CHECK(fleet.bench.deployment("d-2").state == State::failed);
  CHECK_FALSE(fleet.bench.deployment("d-2").failure);
}

TEST_CASE("Sites that completed go back as far as the scope of the rollback says") {
  const auto scope = GENERATE(rollout::RollbackScope::site, rollout::RollbackScope::wave, rollout::RollbackScope::all);
  Fleet fleet;
  fleet.bench.set_up(scope);
  fleet.complete_staging("1.0");
  fleet.complete_production("1.0");
  fleet.complete_staging("1.1");
  REQUIRE(fleet.bench.ask(to(kProduction, "1.1")).ok);
  fleet.hear();
  fleet.say(fleet.fra, "d-4.fra-1", State::completed);
  fleet.say(fleet.sin1, "d-4.sin-1", State::completed);
  fleet.say(fleet.sin2, "d-4.sin-2", State::rolled_back, "bad");
  CHECK(fleet.bench.has_rollout("d-4.sin-1.back") == (scope != rollout::RollbackScope::site));
  CHECK(fleet.bench.has_rollout("d-4.fra-1.back") == (scope == rollout::RollbackScope::all));
  if (scope != rollout::RollbackScope::site) {
    CHECK(fleet.bench.deployment("d-4").state == State::rolling_back);
    const sync::Target& back = fleet.sin1.held()->targets.at(0);
    CHECK(back.rollout == RolloutId("d-4.sin-1.back"));
    CHECK(back.plan.kind == rollout::ReleaseKind::rollback);
    CHECK(back.plan.target.label == VersionLabel("1.0"));
    fleet.say(fleet.sin1, "d-4.sin-1.back", State::completed);
  }
  if (scope == rollout::RollbackScope::all) fleet.say(fleet.fra, "d-4.fra-1.back", State::completed);
  CHECK(fleet.bench.deployment("d-4").state == State::rolled_back);
  CHECK(fleet.bench.deployment("d-4").failure.has_value());
}

TEST_CASE("The next wave waits until the bake is over, and says until when") {
  Fleet fleet;
  fleet.bench.set_up(rollout::RollbackScope::wave, Millis{600'000});
  fleet.complete_staging("1.0");
  REQUIRE(fleet.bench.ask(to(kProduction, "1.0")).ok);
  fleet.hear();
  fleet.say(fleet.fra, "d-2.fra-1", State::completed);
  const Instant over = fleet.bench.now.wall + Millis{600'000};
  CHECK(fleet.bench.deployment("d-2").state == State::waiting);
  REQUIRE(fleet.bench.deployment("d-2").waiting_for.size() == 1);
  CHECK(fleet.bench.deployment("d-2").waiting_for[0].until == over);
  CHECK(fleet.bench.wake == over);
  fleet.bench.pass(Millis{599'999});
  fleet.bench.give(hub::Tick{});
  CHECK_FALSE(fleet.bench.has_rollout("d-2.sin-1"));
  fleet.bench.pass(Millis{1});
  fleet.bench.give(hub::Tick{});
  CHECK(fleet.bench.has_rollout("d-2.sin-1"));
}

TEST_CASE("A rollback goes to the version before, whole, and marks what it undid") {
  Fleet fleet;
  fleet.bench.set_up();
  fleet.complete_staging("1.0");
  fleet.complete_production("1.0");
  fleet.complete_staging("1.1");
  const std::string bad = fleet.complete_production("1.1");
  const auto answer = fleet.bench.ask(hub::Rollback{kCheckout, kProduction, VersionLabel(), "customers complain"});
  INFO(answer.what);
  REQUIRE(answer.ok);
  CHECK(answer.detail == "steps skipped: rollback");
  fleet.hear();
  for (ToySite* site : {&fleet.fra, &fleet.sin1, &fleet.sin2}) {
    CHECK(site->held()->targets.at(0).plan.target.label == VersionLabel("1.0"));
    fleet.say(*site, "d-5." + site->name().str(), State::completed);
  }
  CHECK(fleet.bench.deployment("d-5").state == State::completed);
  CHECK(fleet.bench.deployment("d-5").kind == rollout::ReleaseKind::rollback);
  REQUIRE(fleet.bench.deployment(bad).failure);
  CHECK(fleet.bench.deployment(bad).failure->found_by == DeploymentId("d-5"));
  CHECK(fleet.bench.deployment(bad).failure->recovered_at == fleet.bench.now.wall);
  const auto again = fleet.bench.ask(to(kProduction, "1.1"));
  CHECK(again.ok);  // staging is still healthy: trying again is a person's decision
}

TEST_CASE("Deploying what is live everywhere already is called a redeploy") {
  Fleet fleet;
  fleet.bench.set_up();
  fleet.complete_staging("1.0");
  const auto answer = fleet.bench.ask(to(kStaging, "1.0"));
  REQUIRE(answer.ok);
  CHECK(fleet.bench.deployment("d-2").redeploy);
  CHECK(answer.detail == "1.0 is live at every site already");
}

TEST_CASE("Where a person retries at the site what had ended, no second deployment starts until that ended") {
  Fleet fleet;
  fleet.bench.set_up();
  REQUIRE(fleet.bench.ask(to(kStaging, "1.0")).ok);
  fleet.hear();
  fleet.say(fleet.stg, "d-1.stg-1", State::rolled_back, "no good");
  fleet.say(fleet.stg, "d-1.stg-1", State::running, "retry by local:root");
  const auto answer = fleet.bench.ask(to(kStaging, "1.1"));
  REQUIRE_FALSE(answer.ok);
  REQUIRE(answer.reasons.size() == 1);
  CHECK(answer.reasons[0].what == "rollout d-1.stg-1 was retried at stg-1 and is under way there");
  fleet.say(fleet.stg, "d-1.stg-1", State::completed);
  CHECK(fleet.bench.ask(to(kStaging, "1.1")).ok);
}

TEST_CASE("A dry run decides and changes nothing") {
  Fleet fleet;
  fleet.bench.set_up();
  const auto answer = fleet.bench.ask(to(kStaging, "1.0"), "key", true);
  CHECK(answer.ok);
  CHECK_FALSE(answer.changed);
  CHECK(fleet.bench.store.deployments().empty());
  CHECK(fleet.bench.ask(to(kStaging, "9.9"), "", true).code == Errc::not_found);
}

#include <catch2/catch.hpp>

#include "tests/unit/hub/app/fleet.h"

using namespace depops;
using namespace depops::tests;
using rollout::State;

namespace {

// 1.0 is live in production, 1.1 (d-4) is on its way to fra-1, and 1.2 is healthy in staging.
struct OnItsWay : Fleet {
  OnItsWay() {
    bench.set_up();
    complete_staging("1.0");
    complete_production("1.0");
    complete_staging("1.1");
    REQUIRE(bench.ask(to(kProduction, "1.1")).ok);
    hear();
    complete_staging("1.2");
  }
  hub::Answer supersede(const char* version = "1.2") {
    hub::StartDeployment request = to(kProduction, version);
    request.supersede = true;
    const auto answer = bench.ask(request);
    hear();
    return answer;
  }
  const sync::Target& target_at(const ToySite& site) const { return site.held()->targets.at(0); }
};

}  // namespace

TEST_CASE("supersede: a site that is under way gets the newer target, the older deployment ends as aborted") {
  OnItsWay fleet;
  fleet.say(fleet.fra, "d-4.fra-1", State::running);
  const auto answer = fleet.supersede();
  INFO(answer.what);
  REQUIRE(answer.ok);
  CHECK(answer.object == "deployment/d-6");
  CHECK(fleet.target_at(fleet.fra).rollout == RolloutId("d-6.fra-1"));
  CHECK(fleet.target_at(fleet.fra).supersede);
  CHECK(fleet.target_at(fleet.fra).commands.empty());
  const hub::Deployment& old = fleet.bench.deployment("d-4");
  CHECK(old.state == State::rolling_back);
  CHECK(old.stopped == "superseded by d-6 (1.2) of admin");
  CHECK(old.superseded_by == DeploymentId("d-6"));
  fleet.say(fleet.fra, "d-4.fra-1", State::aborted, "superseded by rollout d-6.fra-1");
  CHECK(old.state == State::aborted);
  CHECK_FALSE(old.failure);  // it says nothing about the version
  CHECK_FALSE(fleet.bench.has_rollout("d-4.sin-1"));
  fleet.say(fleet.fra, "d-6.fra-1", State::completed);
  fleet.say(fleet.sin1, "d-6.sin-1", State::completed);
  fleet.say(fleet.sin2, "d-6.sin-2", State::completed);
  CHECK(fleet.bench.deployment("d-6").state == State::completed);
}

TEST_CASE("supersede: sites of later waves end the older rollout at once, and what completed stays until then") {
  OnItsWay fleet;
  fleet.say(fleet.fra, "d-4.fra-1", State::completed);
  fleet.say(fleet.sin1, "d-4.sin-1", State::running);
  REQUIRE(fleet.supersede().ok);
  CHECK(fleet.target_at(fleet.fra).rollout == RolloutId("d-6.fra-1"));
  CHECK_FALSE(fleet.bench.has_rollout("d-4.fra-1.back"));
  REQUIRE(fleet.target_at(fleet.sin1).commands.size() == 1);
  CHECK(fleet.target_at(fleet.sin1).commands[0].verb == rollout::Verb::abort);
  // It is away until its turn in the newer one: then that is all it is told, and the open verb is answered for it.
  fleet.say(fleet.fra, "d-6.fra-1", State::completed);
  CHECK(fleet.target_at(fleet.sin1).rollout == RolloutId("d-6.sin-1"));
  CHECK(fleet.target_at(fleet.sin1).commands.empty());
  CHECK(fleet.bench.store.commands().at(CommandId("c-1")).answered);
  fleet.say(fleet.sin1, "d-4.sin-1", State::aborted);
  CHECK(fleet.bench.deployment("d-4").state == State::aborted);
  CHECK_FALSE(fleet.bench.has_rollout("d-4.fra-1.back"));
}

TEST_CASE("supersede: what the site never heard of ends when it begins the newer one, also over a restart") {
  OnItsWay fleet;
  REQUIRE(fleet.supersede().ok);
  CHECK(fleet.bench.rollout("d-4.fra-1").status.state == State::pending);
  fleet.bench.restart();
  fleet.say(fleet.fra, "d-6.fra-1", State::running);
  CHECK(fleet.bench.rollout("d-4.fra-1").status.state == State::aborted);
  CHECK(fleet.bench.rollout("d-4.fra-1").status.reason == "superseded by d-6.fra-1 before it began here");
  CHECK(rollout::is_ended(fleet.bench.deployment("d-4").state));
}

TEST_CASE("supersede: a site that refuses the newer one is told to end what it goes on with") {
  OnItsWay fleet;
  fleet.say(fleet.fra, "d-4.fra-1", State::running);
  REQUIRE(fleet.supersede().ok);
  const Generation generation = fleet.fra.held()->generation;
  fleet.fra.write(rollout::DesiredRefused{fleet.bench.now.wall, generation, "storage", "the disk is full"});
  fleet.fra.exchange();
  fleet.hear();
  CHECK(fleet.bench.rollout("d-6.fra-1").status.state == State::failed);
  CHECK(fleet.target_at(fleet.fra).rollout == RolloutId("d-4.fra-1"));
  REQUIRE(fleet.target_at(fleet.fra).commands.size() == 1);
  CHECK(fleet.target_at(fleet.fra).commands[0].verb == rollout::Verb::abort);
  fleet.say(fleet.fra, "d-4.fra-1", State::aborted);
  CHECK(fleet.bench.deployment("d-4").state == State::aborted);
  CHECK(fleet.bench.deployment("d-6").state == State::failed);
}

TEST_CASE("supersede: one that completes while the newer waits is known, and a rollback goes before both") {
  OnItsWay fleet;
  fleet.say(fleet.fra, "d-4.fra-1", State::running);
  REQUIRE(fleet.supersede().ok);
  fleet.say(fleet.fra, "d-4.fra-1", State::completed);
  CHECK(fleet.bench.hub->world().sites.at(SiteName("fra-1")).targets.at(kCheckout).stable_version ==
        VersionLabel("1.1"));
  CHECK(fleet.bench.deployment("d-4").state == State::aborted);
  fleet.say(fleet.fra, "d-6.fra-1", State::completed);
  REQUIRE(fleet.bench.ask(hub::Rollback{kCheckout, kProduction, {}, ""}).ok);
  fleet.hear();
  CHECK(fleet.target_at(fleet.fra).rollout == RolloutId("d-6.fra-1.back"));
  CHECK(fleet.target_at(fleet.fra).plan.target.label == VersionLabel("1.0"));
  CHECK_FALSE(fleet.bench.has_rollout("d-4.fra-1.back"));
}

TEST_CASE("supersede: a version that failed by itself counts as failed, whoever took over") {
  OnItsWay fleet;
  fleet.say(fleet.fra, "d-4.fra-1", State::rolling_back, "evidence 31 : 1");
  REQUIRE(fleet.supersede().ok);
  fleet.say(fleet.fra, "d-4.fra-1", State::rolled_back, "evidence 31 : 1");
  REQUIRE(fleet.bench.deployment("d-4").failure);
  CHECK(fleet.bench.deployment("d-4").failure->reason == "fra-1: evidence 31 : 1");
}

TEST_CASE("supersede: what goes back by a rollback is left alone, and without the word the refusal names it") {
  OnItsWay fleet;
  fleet.say(fleet.fra, "d-4.fra-1", State::running);
  const auto plain = fleet.bench.ask(to(kProduction, "1.2"));
  REQUIRE_FALSE(plain.ok);
  CHECK(plain.reasons.at(0).who ==
        "wait until it ended, deploy with --supersede, or abort it: depops rollout abort d-4");
  REQUIRE(fleet.bench.ask(hub::Rollback{kCheckout, kProduction, {}, ""}).ok);
  const auto answer = fleet.supersede();
  REQUIRE_FALSE(answer.ok);
  CHECK(answer.reasons.at(0).what == "d-4 of checkout is on its way back and is not superseded");
  CHECK(fleet.bench.deployment("d-4").superseded_by.empty());
}

TEST_CASE("supersede: a retry that the site did not hear of ends with it") {
  OnItsWay fleet;
  fleet.say(fleet.fra, "d-4.fra-1", State::aborted);
  REQUIRE(fleet.bench.ask(hub::GiveVerb{DeploymentId("d-4"), {}, rollout::Verb::retry, "", std::nullopt}).ok);
  REQUIRE(fleet.bench.rollout("d-4.fra-1").status.state == State::pending);
  REQUIRE(fleet.supersede().ok);
  CHECK(fleet.bench.rollout("d-4.fra-1").status.state == State::aborted);
  CHECK(rollout::is_ended(fleet.bench.deployment("d-4").state));
}

TEST_CASE("supersede: verbs do not go to a rollout that the site is no longer told of") {
  OnItsWay fleet;
  fleet.say(fleet.fra, "d-4.fra-1", State::running);
  REQUIRE(fleet.supersede().ok);
  const auto answer =
      fleet.bench.ask(hub::GiveVerb{DeploymentId("d-4"), SiteName("fra-1"), rollout::Verb::pause, "", std::nullopt});
  CHECK_FALSE(answer.ok);
}

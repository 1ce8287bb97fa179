#include <catch2/catch.hpp>

#include "tests/unit/hub/app/fleet.h"

using namespace depops;
using namespace depops::tests;
using rollout::State;

namespace {

// 1.0 is live in production, 1.1 is on its way: fra-1 completed, sin-1 has begun.
struct HalfWay : Fleet {
  explicit HalfWay(rollout::RollbackScope scope = rollout::RollbackScope::site) {
    bench.set_up(scope);
    complete_staging("1.0");
    complete_production("1.0");
    complete_staging("1.1");
    REQUIRE(bench.ask(to(kProduction, "1.1")).ok);
    hear();
    say(fra, "d-4.fra-1", State::completed);
    say(sin1, "d-4.sin-1", State::running);
  }
  hub::Answer roll_back(const char* label = "") {
    const auto answer = bench.ask(hub::Rollback{kCheckout, kProduction, VersionLabel(label), "errors everywhere"});
    hear();
    return answer;
  }
  const rollout::Command& command_at(const ToySite& site) const { return site.held()->targets.at(0).commands.at(0); }
};

}  // namespace

TEST_CASE("Rollback while the bad version is rolling out takes every site back at once, whatever the plan's scope") {
  HalfWay fleet(GENERATE(rollout::RollbackScope::site, rollout::RollbackScope::wave, rollout::RollbackScope::all));
  const auto answer = fleet.roll_back(GENERATE("", "1.0"));
  INFO(answer.what);
  REQUIRE(answer.ok);
  CHECK(answer.undoes);
  CHECK(answer.changed);
  CHECK(answer.object == "deployment/d-4");
  CHECK(answer.detail == "d-4 of checkout 1.1 ends, its sites go back to 1.0");
  CHECK(fleet.command_at(fleet.sin1).verb == rollout::Verb::abort);
  CHECK(fleet.fra.held()->targets.at(0).plan.target.label == VersionLabel("1.0"));
  CHECK(fleet.fra.held()->targets.at(0).plan.kind == rollout::ReleaseKind::rollback);
  CHECK(fleet.bench.deployment("d-4").state == State::rolling_back);
  CHECK(fleet.bench.store.deployments().size() == 4);

  fleet.say(fleet.sin1, "d-4.sin-1", State::aborted, "abort by hub");
  fleet.say(fleet.fra, "d-4.fra-1.back", State::completed);
  const hub::Deployment& row = fleet.bench.deployment("d-4");
  CHECK(row.state == State::aborted);
  CHECK_FALSE(fleet.bench.has_rollout("d-4.sin-2"));
  REQUIRE(row.failure);
  CHECK(row.failure->recovered_at == fleet.bench.now.wall);
  CHECK(row.stopped == "rolled back by admin: errors everywhere");
}

TEST_CASE("A rollback between two sites of a wave, or while a person holds the deployment, works the same") {
  HalfWay fleet;
  REQUIRE(fleet.bench.ask(hub::GiveVerb{DeploymentId("d-4"), {}, rollout::Verb::pause, "", std::nullopt}).ok);
  fleet.hear();
  fleet.say(fleet.sin1, "d-4.sin-1", State::completed);
  REQUIRE(fleet.bench.deployment("d-4").state == State::paused);
  REQUIRE(fleet.roll_back().ok);
  fleet.say(fleet.fra, "d-4.fra-1.back", State::completed);
  fleet.say(fleet.sin1, "d-4.sin-1.back", State::completed);
  CHECK(fleet.bench.deployment("d-4").state == State::aborted);
}

TEST_CASE("A rollback of what goes back by itself takes the rest back too, and a second one changes nothing") {
  HalfWay fleet;
  fleet.say(fleet.sin1, "d-4.sin-1", State::rolling_back, "evidence 31 : 1");
  CHECK_FALSE(fleet.bench.has_rollout("d-4.fra-1.back"));
  REQUIRE(fleet.roll_back().changed);
  CHECK(fleet.bench.has_rollout("d-4.fra-1.back"));
  fleet.bench.restart();
  const auto again = fleet.roll_back();
  CHECK(again.ok);
  CHECK(again.undoes);
  CHECK_FALSE(again.changed);
}

TEST_CASE("While a rollback is under way another one to the same version leaves it alone") {
  Fleet fleet;
  fleet.bench.set_up();
  fleet.complete_staging("1.0");
  fleet.complete_production("1.0");
  fleet.complete_staging("1.1");
  fleet.complete_production("1.1");
  REQUIRE(fleet.bench.ask(hub::Rollback{kCheckout, kProduction, {}, ""}).object == "deployment/d-5");
  const auto again = fleet.bench.ask(hub::Rollback{kCheckout, kProduction, {}, ""});
  CHECK(again.ok);
  CHECK(again.undoes);
  CHECK_FALSE(again.changed);
  CHECK(again.detail == "d-5 brings 1.0 back already");
  CHECK(fleet.bench.deployment("d-5").stopped.empty());
  CHECK(fleet.bench.store.deployments().size() == 5);
}

TEST_CASE("A rollback that can not go where it was asked to changes nothing and says what can be done") {
  HalfWay fleet;
  const auto other = fleet.roll_back("0.9");
  REQUIRE_FALSE(other.ok);
  CHECK(other.code == Errc::refused);
  CHECK(other.reasons.at(0).blocked_by == "deployment/d-4");
  CHECK(other.reasons.at(0).what == "d-4 of checkout 1.1 is under way; its sites go back to 1.0 and not to 0.9");
  CHECK(other.reasons.at(0).who ==
        "go there first, at once: depops rollback checkout -e production; and to 0.9 when that has ended");
  CHECK(fleet.bench.deployment("d-4").stopped.empty());

  Fleet first;
  first.bench.set_up();
  REQUIRE(first.bench.ask(to(kStaging, "1.0")).ok);
  const auto nothing = first.bench.ask(hub::Rollback{kCheckout, kStaging, {}, ""});
  CHECK(nothing.reasons.at(0).who == "to end it: depops rollout abort d-1");
  CHECK(first.bench.deployment("d-1").stopped.empty());
}

TEST_CASE("A dry run of a rollback says what would end and ends nothing") {
  HalfWay fleet;
  const auto answer = fleet.bench.ask(hub::Rollback{kCheckout, kProduction, {}, ""}, "", true);
  CHECK(answer.ok);
  CHECK(answer.object == "deployment/d-4");
  CHECK_FALSE(answer.changed);
  CHECK(fleet.bench.deployment("d-4").stopped.empty());
}

TEST_CASE("Abort of a whole deployment never ends the way back of a site") {
  HalfWay fleet;
  REQUIRE(fleet.roll_back().ok);
  const auto answer = fleet.bench.ask(hub::GiveVerb{DeploymentId("d-4"), {}, rollout::Verb::abort, "", std::nullopt});
  CHECK(answer.ok);
  fleet.hear();
  CHECK(fleet.fra.held()->targets.at(0).commands.empty());
}

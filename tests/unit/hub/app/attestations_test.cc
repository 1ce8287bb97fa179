#include <catch2/catch.hpp>

#include "tests/unit/hub/app/company.h"

// Signed approvals and trust roots at the hub: who is waited for, whose voice counts, what goes to the sites. That the
// sites decide the same is tested in tests/unit/agent/app/trust_test.cc.
using namespace depops;
using namespace depops::tests;
using Catch::Contains;
using rollout::State;

TEST_CASE("Without a trust root nobody is waited for, and an approval is refused with the remedy") {
  Fleet fleet;
  fleet.bench.set_up();
  fleet.complete_staging("1.0");
  REQUIRE(fleet.bench.ask(to(kProduction, "1.0")).ok);
  CHECK(fleet.bench.has_rollout("d-2.fra-1"));
  CHECK(fleet.bench.deployment("d-2").approvals_needed == 0);
  const auto answer = fleet.bench.ask(hub::Attest{DeploymentId("d-2"), "approval-0"});
  CHECK_FALSE(answer.ok);
  CHECK_THAT(answer.what, Contains("depops trust push"));
}

TEST_CASE("Production waits for two different people and says whom; then its sites get what they signed") {
  Company world;
  CHECK_FALSE(world.bench.has_rollout("d-2.fra-1"));
  CHECK(world.bench.deployment("d-2").state == State::waiting);
  CHECK(world.bench.deployment("d-2").approvals_needed == 2);
  CHECK(world.bench.deployment("d-2").reason == "waits for 2 approvals by different people, has 0");
  REQUIRE(world.bench.deployment("d-2").waiting_for.size() == 1);
  CHECK(world.bench.deployment("d-2").waiting_for[0].what == "waits for 2 approvals by different people, has 0");
  CHECK(world.bench.deployment("d-2").waiting_for[0].who == "alice, bob: depops approve d-2 --key FILE");

  REQUIRE(world.approve("alice").ok);
  CHECK_FALSE(world.bench.has_rollout("d-2.fra-1"));
  CHECK(world.bench.deployment("d-2").waiting_for.at(0).what ==
        "waits for 2 approvals by different people, has 1 (alice)");
  CHECK(world.bench.deployment("d-2").waiting_for[0].who == "bob: depops approve d-2 --key FILE");
  CHECK(world.newest("deployment.approved").leaf.actor == Actor("alice"));

  REQUIRE(world.approve("bob").ok);
  REQUIRE(world.bench.has_rollout("d-2.fra-1"));
  CHECK(world.bench.deployment("d-2").approved_by == std::vector<std::string>{"alice", "bob"});
  CHECK(world.bench.deployment("d-2").waiting_for.empty());
  CHECK(world.bench.deployment("d-2").reason.empty());
  CHECK(world.fleet.fra.held()->targets.at(0).approvals == std::vector<std::string>{"approval-0", "approval-1"});
}

TEST_CASE("What was signed survives a restart of the hub") {
  Company world;
  REQUIRE(world.approve("alice").ok);
  world.bench.restart();
  CHECK(world.bench.deployment("d-2").approved_by == std::vector<std::string>{"alice"});
  CHECK_FALSE(world.bench.has_rollout("d-2.fra-1"));
  REQUIRE(world.approve("bob").ok);
  CHECK(world.bench.has_rollout("d-2.fra-1"));
}

TEST_CASE("A13: the same approver twice counts once, and who asked for the release does not count") {
  Company world;
  REQUIRE(world.approve("alice").ok);
  REQUIRE(world.approve("alice").ok);
  CHECK(world.bench.deployment("d-2").approved_by.size() == 1);
  CHECK_FALSE(world.bench.has_rollout("d-2.fra-1"));
  const auto own = world.approve("admin");
  CHECK_FALSE(own.ok);
  CHECK_THAT(own.what, Contains("approval-author: admin asked for the release"));
  CHECK_THAT(world.newest("approval.refused").leaf.reason, Contains("approval-author"));
}

TEST_CASE("The very same approval twice changes nothing") {
  Company world;
  const std::string envelope = world.bench.codec.add_approval(world.says("alice"), "k-alice");
  CHECK(world.bench.ask(hub::Attest{DeploymentId("d-2"), envelope}).changed);
  const auto leaves = world.bench.store.audit().size();
  const auto again = world.bench.ask(hub::Attest{DeploymentId("d-2"), envelope});
  CHECK(again.ok);
  CHECK_FALSE(again.changed);
  CHECK(world.bench.store.audit().size() == leaves);
}

TEST_CASE("A14: an approval of another plan, by a stranger, or in another's name is refused and audited") {
  Company world;
  auto other = world.says("alice");
  other.subject.plan = Digest("sha256:" + std::string(64, '7'));
  CHECK_THAT(world.attest(other, "k-alice").what, Contains("approval-subject"));
  CHECK_THAT(world.attest(world.says("alice"), "k-nobody").what, Contains("approval-key"));
  CHECK_THAT(world.attest(world.says("alice"), "k-bob").what, Contains("approval-person"));
  CHECK_THAT(world.bench.ask(hub::Attest{DeploymentId("d-2"), "garbage"}).what, Contains("approval-broken"));
  CHECK(world.bench.deployment("d-2").approved_by.empty());
  CHECK(world.bench.hub->world().deployments.at(DeploymentId("d-2")).approvals.empty());
}

TEST_CASE("An approval that runs out before the last site began is waited for again, by the clock alone") {
  Company world;
  REQUIRE(world.approve("alice").ok);
  REQUIRE(world.approve("bob").ok);
  world.bench.pass(std::chrono::hours(1));
  REQUIRE(world.bench.wake);
  CHECK(*world.bench.wake <= world.bench.now.wall);
  REQUIRE(world.bench.give(hub::Tick{}));
  world.fleet.hear();
  world.fleet.say(world.fleet.fra, "d-2.fra-1", State::completed);
  CHECK_FALSE(world.bench.has_rollout("d-2.sin-1"));
  CHECK(world.bench.deployment("d-2").state == State::waiting);
  REQUIRE(world.approve("alice").ok);
  REQUIRE(world.approve("bob").ok);
  CHECK(world.bench.has_rollout("d-2.sin-1"));
}

TEST_CASE("Reports of sites count no signatures; an approval, a trust root and the clock do") {
  Company world;
  REQUIRE(world.approve("alice").ok);
  REQUIRE(world.approve("bob").ok);
  const auto counts = [&](const auto& what) {
    const std::uint64_t before = world.bench.codec.times_verified();
    what();
    return world.bench.codec.times_verified() > before;
  };
  const auto report = [&] { world.fleet.say(world.fleet.fra, "d-2.fra-1", State::running, "10 %"); };
  CHECK_FALSE(counts(report));
  CHECK(counts([&] { REQUIRE(world.approve("alice").ok); }));
  CHECK_FALSE(counts(report));
  CHECK(counts([&] { REQUIRE(world.push(company(2)).ok); }));
  CHECK_FALSE(counts(report));
  world.bench.now.wall -= std::chrono::minutes(5);  // a clock set back may make what ran out good again
  CHECK(counts(report));
  CHECK_FALSE(counts(report));
  world.bench.pass(std::chrono::hours(1));
  CHECK(counts(report));
  CHECK_FALSE(counts(report));
}

TEST_CASE("A trust root that runs out wakes the hub, which then says so without being told anything") {
  Company world;
  auto next = company(2);
  next.expires = world.bench.now.wall + std::chrono::minutes(30);
  REQUIRE(world.push(next).ok);
  REQUIRE(world.bench.wake);
  CHECK(*world.bench.wake <= next.expires);
  world.bench.pass(std::chrono::minutes(30));
  REQUIRE(world.bench.give(hub::Tick{}));
  CHECK(world.bench.deployment("d-2").waiting_for.at(0).rule == "trust-root");
}

TEST_CASE("A site that was told and has not begun gets the newer approvals too") {
  Company world;
  REQUIRE(world.approve("alice").ok);
  REQUIRE(world.approve("bob").ok);
  const Generation before = world.fleet.fra.held()->generation;
  REQUIRE(world.approve("alice").ok);
  CHECK(world.fleet.fra.held()->generation == before.next());
  CHECK(world.fleet.fra.held()->targets.at(0).approvals.size() == 3);
  CHECK(world.fleet.fra.held()->targets.at(0).epoch == before);
}

TEST_CASE("A rejection by somebody with a say ends the deployment before a site begins") {
  Company world;
  auto no = world.says("bob");
  no.decision = trust::Decision::reject;
  no.reason = "not on a Friday";
  REQUIRE(world.attest(no, "k-bob").ok);
  CHECK(world.bench.deployment("d-2").state == State::cancelled);
  CHECK(world.bench.deployment("d-2").stopped == "rejected by bob: not on a Friday");
  CHECK(world.newest("deployment.rejected").leaf.actor == Actor("bob"));
  CHECK_FALSE(world.approve("alice").ok);
}

TEST_CASE("Break-glass opens the way with one signature, and everybody hears of it") {
  Company world;
  auto emergency = world.says("dora");
  emergency.break_glass = true;
  CHECK_THAT(world.attest(emergency, "k-dora").what, Contains("break-glass"));  // no reason
  emergency.reason = "checkout is down";
  REQUIRE(world.attest(emergency, "k-dora").ok);
  CHECK(world.bench.has_rollout("d-2.fra-1"));
  CHECK(world.bench.deployment("d-2").approved_by == std::vector<std::string>{"break-glass: dora"});
  CHECK_THAT(world.newest("deployment.break_glass").leaf.reason, Contains("BREAK-GLASS: dora"));
  const auto loud = [](const hub::EventRow& row) { return row.text.find("BREAK-GLASS") != std::string::npos; };
  CHECK(std::any_of(world.bench.store.events().begin(), world.bench.store.events().end(), loud));
}

TEST_CASE("Going back asks nobody: a site on its way back, and a rollback") {
  Company world;
  REQUIRE(world.approve("alice").ok);
  REQUIRE(world.approve("bob").ok);
  world.fleet.say(world.fleet.fra, "d-2.fra-1", State::completed);
  world.fleet.say(world.fleet.sin1, "d-2.sin-1", State::completed);
  world.fleet.say(world.fleet.sin2, "d-2.sin-2", State::completed);
  world.fleet.complete_staging("1.1");
  REQUIRE(world.bench.ask(to(kProduction, "1.1")).ok);
  CHECK(world.bench.deployment("d-4").state == State::waiting);
  const auto undo = world.bench.ask(hub::Rollback{kCheckout, kProduction, VersionLabel(), "no"});
  CHECK(undo.ok);
}

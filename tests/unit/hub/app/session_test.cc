#include <catch2/catch.hpp>

#include "hub/app/session.h"
#include "tests/unit/hub/app/bench.h"

using namespace depops;
using namespace depops::tests;

namespace {

// One host that says Hello as stg-1 with the journal it was given.
struct Talker {
  Bench& bench;
  std::string voice;
  sync::SessionToken held{};
  std::string told_frozen{};
  std::uint64_t session = 1;

  // Returns whether the hub gave a token.
  bool hello(const std::string& draw) {
    sync::Hello hello{Generation(), HubEpoch(1), {}, "0.1.0"};
    hello.token = held;
    hello.voice = voice;
    bench.take_effects();
    bench.give(
        hub::FromSite{{SiteName("stg-1"), SiteEpoch(1), "0123456789abcdef0123456789abcdef", session}, hello, draw});
    bool given = false;
    for (const hub::Effect& effect : bench.take_effects()) {
      const auto* down = std::get_if<hub::SendDown>(&effect);
      if (down == nullptr) continue;
      if (const auto* freeze = std::get_if<sync::Freeze>(&down->message)) told_frozen = freeze->why;
      const auto* welcome = std::get_if<sync::Welcome>(&down->message);
      if (welcome == nullptr || !sync::is_for(*welcome, voice, held)) continue;
      held = welcome->token;
      given = true;
    }
    return given;
  }
};

struct Two {
  Bench bench;
  Talker first{bench, "aa"};
  Talker second{bench, "bb"};

  Two() {
    bench.set_up();
    first.session = 50;  // has connected more often than its copy will
    REQUIRE(first.hello("t1"));
    second.held = first.held;
    REQUIRE(first.hello("t2"));
    REQUIRE(first.hello("t3"));
  }
  void freeze() {
    REQUIRE(second.hello("t4"));  // what a copy gets marks it
    CHECK(second.told_frozen.empty());
    CHECK_FALSE(second.hello("t5"));
    REQUIRE_FALSE(second.told_frozen.empty());
  }
  void deploy() {
    REQUIRE(
        bench
            .ask(hub::StartDeployment{
                ServiceName("checkout"), VersionLabel("1.0"), EnvironmentName("staging"), {SiteName("stg-1")}, "", ""})
            .ok);
  }
  std::size_t leaves(const std::string& action) {
    std::size_t count = 0;
    for (const hub::AuditRow& row : bench.store.audit()) count += row.leaf.action == action ? 1U : 0U;
    return count;
  }
  const hub::SiteEntry& entry() { return bench.hub->world().sites.at(SiteName("stg-1")); }
};

}  // namespace

TEST_CASE("A24 a copy of a journal freezes the site at the hub, and both hosts are told") {
  Two two;
  two.freeze();
  CHECK(two.leaves("site.frozen") == 1);
  CHECK_FALSE(two.first.hello("t6"));
  CHECK_FALSE(two.first.told_frozen.empty());
  two.bench.restart();
  CHECK_FALSE(two.first.hello("t7"));
  CHECK(two.entry().status.frozen == two.first.told_frozen);
}

TEST_CASE("nothing is signed for a frozen site, and what was asked meanwhile comes after it is lifted") {
  Two two;
  two.freeze();
  two.deploy();
  CHECK(two.entry().desired.generation == Generation());
  CHECK_FALSE(two.bench.has_rollout("d-1.stg-1"));
  CHECK(two.bench.deployment("d-1").state == rollout::State::waiting);
  REQUIRE(two.bench.deployment("d-1").waiting_for.size() == 1);
  CHECK(two.bench.deployment("d-1").waiting_for[0].rule == "site-frozen");
  CHECK_THAT(two.bench.deployment("d-1").waiting_for[0].who, Catch::Contains("depops site lift stg-1"));
  const hub::Answer answer = two.bench.ask(hub::LiftSite{SiteName("stg-1"), "the copy was removed"});
  REQUIRE(answer.ok);
  CHECK(two.leaves("site.lifted") == 1);
  CHECK(two.entry().desired.generation == Generation(1));
  CHECK(two.first.hello("t8"));
  CHECK(two.first.hello("t9"));
  CHECK(two.entry().status.frozen.empty());
}

TEST_CASE("a document of a frozen site that would expire waits for the lift, and no clock runs for it meanwhile") {
  Two two;
  two.deploy();
  REQUIRE(two.entry().desired.generation == Generation(1));
  two.freeze();
  REQUIRE(two.bench.deployment("d-1").waiting_for.size() == 1);
  CHECK(two.bench.deployment("d-1").waiting_for[0].rule == "site-frozen");
  two.bench.pass(std::chrono::hours(24 * 16));
  two.bench.give(hub::Tick{});
  CHECK((!two.bench.wake || *two.bench.wake > two.bench.now.wall));
  CHECK(two.entry().desired.generation == Generation(1));
  REQUIRE(two.bench.ask(hub::LiftSite{SiteName("stg-1"), "the copy was removed"}).ok);
  CHECK(two.entry().desired.generation == Generation(2));
}

TEST_CASE("a document is signed again before it expires by a hub that was never restarted") {
  Two two;
  two.deploy();
  REQUIRE(two.entry().desired.generation == Generation(1));
  two.bench.pass(std::chrono::hours(24 * 15));
  REQUIRE(two.bench.wake);
  CHECK(*two.bench.wake <= two.bench.now.wall);
  two.bench.give(hub::Tick{});
  CHECK(two.entry().desired.generation == Generation(2));
  CHECK((!two.bench.wake || *two.bench.wake > two.bench.now.wall));
}

TEST_CASE("lifting needs a reason and a site, and changes nothing where nothing is frozen") {
  Two two;
  CHECK(two.bench.ask(hub::LiftSite{SiteName("stg-1"), ""}).code == Errc::invalid);
  CHECK(two.bench.ask(hub::LiftSite{SiteName("nowhere"), "x"}).code == Errc::not_found);
  const hub::Answer answer = two.bench.ask(hub::LiftSite{SiteName("stg-1"), "x"});
  CHECK(answer.ok);
  CHECK_FALSE(answer.changed);
}

TEST_CASE("a site that is enrolled anew begins without the freeze of its former life") {
  Two two;
  two.freeze();
  sync::Hello hello{Generation(), HubEpoch(1), {}, "0.1.0"};
  hello.voice = "cc";
  two.bench.ask(hub::MakeJoinToken{SiteName("stg-1"), {}, Digest("t"), std::chrono::hours(1), true});
  two.bench.give(hub::FromSite{{SiteName("stg-1"), SiteEpoch(2), "ffffffffffffffffffffffffffffffff", 1}, hello, "n1"});
  CHECK(two.entry().status.frozen.empty());
  CHECK(two.entry().inbox.frozen().empty());
}

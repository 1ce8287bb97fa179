#include <catch2/catch.hpp>

#include "tests/unit/agent/app/timed_site.h"

// What waits while nobody vouches for the time, and what does not.
namespace depops::agent {

TEST_CASE("F28 a document that is over by the machine's clock alone waits for the hub's answer") {
  Timed site;
  site.now.wall += kDecade;
  site.connect(kSignedAt);
  site.desire(kSignedAt, 2);
  site.pass(1h);
  CHECK(site.refused.empty());
  CHECK_FALSE(site.has_begun());
  REQUIRE(site.told.has_value());
  CHECK_THAT(site.told->problem, Catch::Contains("ends when the hub has answered"));
  SECTION("an older one that is sent meanwhile takes nothing from it") { site.desire(kSignedAt - 72h, 1, {}); }
  SECTION("and nothing else comes") {}
  site.give(LinkChanged{true, kConnection});
  site.give(HubSeen{{HubEpoch(1), true, kSignedAt}});
  site.welcome(kSignedAt + 1h);
  CHECK(site.has_begun());
  CHECK(site.refused.empty());
}

TEST_CASE("F28 a document that is over by the hub's time, too, is refused when that is known") {
  Timed site;
  site.connect(kSignedAt);
  site.desire(kSignedAt - 72h);
  CHECK(site.refused.empty());
  site.welcome(kSignedAt);
  CHECK(site.refused == std::vector<std::string>{"expired"});
}

TEST_CASE("F28 in production nothing begins while nobody vouches for the time; it begins when the hub has answered") {
  Timed site(true);
  site.connect(kSignedAt);
  site.desire(kSignedAt);
  site.pass(1h);
  CHECK_FALSE(site.has_begun());
  CHECK(site.refused.empty());
  CHECK(std::ranges::count(site.leaves, "site.start_held") == 1);
  CHECK(site.tells("time: d-1.fra-1 does not begin yet: nobody vouches for the time here"));
  CHECK(site.tells("trust.untrustedTime: start"));
  site.give(LinkChanged{true, kConnection});
  site.give(HubSeen{{HubEpoch(1), true, kSignedAt}});
  site.welcome(kSignedAt + 1h);
  CHECK(site.has_begun());
  CHECK(site.refused.empty());
  site.pass(10s);
  CHECK(site.told->problem.find("waits") == std::string::npos);
}

TEST_CASE("F28 what was held for want of time is judged as a whole when the time is known") {
  Timed site(true);
  site.connect(kSignedAt);
  site.desire(kSignedAt);
  site.welcome(kSignedAt + 49h);
  CHECK_FALSE(site.has_begun());
  CHECK(site.refused == std::vector<std::string>{"expired"});
}

TEST_CASE("F28 a production site whose settings say so begins without the time, and one that knows it as ever") {
  Timed careless(true, UntrustedTime::start);
  careless.connect(kSignedAt);
  careless.desire(kSignedAt);
  CHECK(careless.has_begun());
  Timed sure(true);
  sure.connect(kSignedAt);
  sure.welcome(kSignedAt);
  sure.desire(kSignedAt);
  CHECK(sure.has_begun());
}

TEST_CASE("F28 without the time a production site still stops, goes back and goes on") {
  Timed site(true);
  site.connect(kSignedAt);
  site.welcome(kSignedAt);
  site.desire(kSignedAt);
  REQUIRE(site.has_begun());
  site.reboot(kSignedAt + 10min);
  site.give(LinkChanged{true, kConnection});
  sync::Target stopped = first_target();
  stopped.commands = {{CommandId("c-1"), rollout::Verb::abort, Actor("ana"), "wrong", {}, kSignedAt}};
  site.desire(kSignedAt, 2, {stopped, target_of("shop", "d-2.fra-1", 2)});
  CHECK(site.answered == std::vector<std::string>{"c-1 done"});
  CHECK_FALSE(site.has_begun("d-2.fra-1"));
  SECTION("back to what was stable here") {
    auto record = std::make_shared<rollout::Record>();
    record->service = ServiceName("till");
    sync::Target back = target_of("till", "d-3.fra-1", 3);
    record->stable = std::make_shared<rollout::VersionSnapshot>(back.plan.target);
    site.records[record->service] = record;
    site.start();
    back.plan.kind = rollout::ReleaseKind::rollback;
    site.desire(kSignedAt, 3, {back});
    CHECK(site.has_begun("d-3.fra-1"));
  }
  SECTION("what was held begins with the hub's answer, after another restart, too") {
    site.start();
    site.desire(kSignedAt, 2, {stopped, target_of("shop", "d-2.fra-1", 2)});
    CHECK_FALSE(site.has_begun("d-2.fra-1"));
    site.connect(kSignedAt);
    site.welcome(kSignedAt + 10min);
    CHECK(site.has_begun("d-2.fra-1"));
  }
}

TEST_CASE("F28 a rollout that waited for the one it superseded does not begin in production without the time") {
  Timed site(true);
  auto record = std::make_shared<rollout::Record>();
  record->service = ServiceName("checkout");
  record->next = rollout::Submission{RolloutId("d-1.fra-1"),
                                     {},
                                     Generation(1),
                                     {},
                                     std::make_shared<rollout::Plan>(first_target().plan),
                                     Actor("hub")};
  site.records[record->service] = record;
  site.start();
  site.pass(6s);
  site.pass(10s);
  CHECK_FALSE(site.has_begun());
  site.connect(kSignedAt);
  site.welcome(kSignedAt);
  site.pass(10s);
  CHECK(site.has_begun());
}

}  // namespace depops::agent

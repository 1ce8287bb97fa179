#include <catch2/catch.hpp>

#include "tests/unit/agent/app/timed_site.h"

// What a site does with the time: whom it asks, what it tells.
namespace depops::agent {

TEST_CASE("F28 only the hub's answer to a question of this connection tells a site the time") {
  Timed site;
  site.now.wall = Instant(48h);  // 1970
  site.connect(kSignedAt);       // a word that the broker kept: nobody knows since when
  CHECK_FALSE(site.agent->time(site.now).trusted);
  site.welcome(kSignedAt, std::string(32, 'b'));
  CHECK_FALSE(site.agent->time(site.now).trusted);
  site.welcome(kSignedAt);
  CHECK(site.agent->time(site.now) == TimeReading{kSignedAt, true, Instant(48h) - kSignedAt});
  CHECK(site.kept.time == Stamp{kSignedAt, site.now.boottime, site.now.boot});
}

TEST_CASE("F28 an answer that was on its way for longer than ten minutes tells no time") {
  Timed site;
  site.connect(kSignedAt);
  site.now.boottime += 11min;
  site.welcome(kSignedAt + 1s);
  CHECK_FALSE(site.agent->time(site.now).trusted);
}

TEST_CASE("a clock that is more than a minute off is told once, and once that it is right again") {
  Timed site;
  site.connect(kSignedAt);
  site.welcome(kSignedAt);
  CHECK(site.notices.empty());
  site.now.wall += kDecade;
  site.pass(10s);
  site.pass(10s);
  REQUIRE(site.notices.size() == 1);
  CHECK_THAT(site.notices[0], Catch::Contains("clock: ") && Catch::Contains("ahead by 3652 days"));
  REQUIRE(site.told.has_value());
  CHECK(site.told->clock == sync::ClockState{true, Millis(kDecade)});
  site.now.wall -= kDecade;
  site.pass(10s);
  REQUIRE(site.notices.size() == 2);
  CHECK(std::ranges::count(site.leaves, "site.clock_right") == 1);
}

TEST_CASE("F28 a document is judged by trusted time, whatever the machine's clock shows") {
  for (const Millis off : {Millis(kDecade), Millis(-kDecade)}) {
    Timed site;
    site.connect(kSignedAt);
    site.welcome(kSignedAt);
    site.now.wall += off;
    site.pass(72h);
    SECTION("within its time" + std::to_string(off.count())) {
      site.desire(kSignedAt + 71h);
      CHECK(site.has_begun());
    }
    SECTION("after it" + std::to_string(off.count())) {
      site.desire(kSignedAt);
      CHECK(site.refused == std::vector<std::string>{"expired"});
    }
  }
}

TEST_CASE("a hub that is behind what it said is not believed after a reboot, and it is said what ends that") {
  Timed site(true);
  site.connect(kSignedAt);
  site.welcome(kSignedAt + kDecade);  // its clock was wrong
  site.reboot(kSignedAt + 1min);
  site.connect(kSignedAt + 1min);
  site.desire(kSignedAt);
  site.welcome(kSignedAt + 1min);
  CHECK(site.refused == std::vector<std::string>{"expired"});
  CHECK(site.tells("hub-clock: the hub's clock is behind by 365"));
  CHECK(site.tells("enrol this site again"));
  site.desire(kSignedAt + kDecade, 2);
  CHECK_FALSE(site.has_begun());
  CHECK(site.tells("d-1.fra-1 does not begin yet: nobody vouches for the time here, for the hub's clock is behind"));
  Timed anew(true);  // enrolled again: another journal
  anew.settings.least_time = kSignedAt + 2min;
  anew.start();
  anew.connect(kSignedAt + 3min);
  anew.welcome(kSignedAt + 3min);
  anew.desire(kSignedAt + 3min);
  CHECK(anew.has_begun());
}

TEST_CASE("what the hub said when the site joined is the first floor of its time") {
  Timed site;
  site.settings.least_time = kSignedAt;
  site.now.wall = Instant(48h);
  site.start();
  CHECK(site.agent->time(site.now).at == kSignedAt);
  site.connect(kSignedAt - 72h);
  site.desire(kSignedAt - 72h);
  site.welcome(kSignedAt - 70h);  // somebody's earlier answer: what ended before the site joined stays ended
  CHECK_FALSE(site.has_begun());
  CHECK_FALSE(site.agent->time(site.now).trusted);
}

TEST_CASE("a hub whose clock jumps is told of once, and not followed") {
  Timed site;
  site.connect(kSignedAt);
  site.welcome(kSignedAt);
  site.pass(300s);
  site.welcome(kSignedAt + kDecade);
  REQUIRE(site.notices.size() == 1);
  CHECK_THAT(site.notices[0], Catch::Contains("hub-clock: ") && Catch::Contains("Set the hub's clock"));
  CHECK(site.agent->time(site.now).at == site.now.wall);
}

TEST_CASE("a site that is away writes its time down now and then, as the floor after the next reboot") {
  Timed site;
  site.connect(kSignedAt);
  site.welcome(kSignedAt);
  site.give(LinkChanged{false});
  site.pass(59min);
  CHECK(site.kept.time.wall == kSignedAt);
  site.pass(2min);
  CHECK(site.kept.time.wall == kSignedAt + 61min);
  site.reboot(Instant(48h));
  CHECK(site.agent->time(site.now).at == kSignedAt + 61min);
}

}  // namespace depops::agent

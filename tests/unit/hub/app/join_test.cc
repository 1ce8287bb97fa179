#include "hub/app/join.h"

#include <catch2/catch.hpp>

#include "tests/unit/hub/app/fleet.h"

// Who becomes a site with a token, and who does not. That the proof is one is checked at the edge.
using namespace depops;
using namespace depops::tests;
using Catch::Contains;

namespace {

const SiteName kNew("osl-1");
const EnvironmentName kStage("staging");
const Digest kToken("sha256:" + std::string(64, 'a'));
const Digest kOther("sha256:" + std::string(64, 'b'));
const std::string kKey(64, '1');
const std::string kThief(64, '2');

struct Gate {
  Bench bench;

  Gate() { bench.set_up(); }

  hub::Answer enroll(const Digest& token = kToken, Millis life = std::chrono::hours(1), bool anew = false) {
    return bench.ask(hub::MakeJoinToken{kNew, kStage, token, life, anew});
  }
  hub::Answer join(const std::string& key = kKey, const Digest& token = kToken, bool proven = true,
                   const SiteName& site = kNew) {
    return bench.ask(hub::JoinSite{site, token, key, proven, "sha256:machine", "10.0.0.7"});
  }
  const hub::Site& site() const { return bench.hub->world().sites.at(kNew).site; }
  const hub::JoinTokenRow& row() const { return bench.hub->world().join_tokens.at(kNew); }
  std::size_t leaves(const std::string& action, const std::string& reason = "") const {
    std::size_t count = 0;
    for (const hub::AuditRow& leaf : bench.store.audit())
      count += leaf.leaf.action == action && leaf.leaf.reason.find(reason) != std::string::npos ? 1 : 0;
    return count;
  }
  std::size_t leaves() const { return bench.store.audit().size(); }
};

}  // namespace

TEST_CASE("a token makes its holder the site: its key is known, its leaf written, the token used") {
  Gate gate;
  REQUIRE(gate.enroll().ok);
  CHECK(gate.site().environment == kStage);  // created with the token
  CHECK(gate.site().public_key.empty());
  CHECK(gate.leaves("site.created") == 5);  // with the four of the set-up
  CHECK(gate.leaves("join.token_made") == 1);
  const hub::Answer joined = gate.join();
  CHECK(joined.ok);
  CHECK(joined.changed);
  CHECK(gate.site().public_key == kKey);
  CHECK(gate.leaves("site.enrolled", "10.0.0.7") == 1);
  gate.bench.restart();
  CHECK(gate.site().public_key == kKey);
  CHECK(gate.row().used_key == kKey);
  CHECK(gate.row().used == gate.bench.now.wall);
}

TEST_CASE("A7 a token is refused the second time, and said aloud; the same key goes on where it broke off") {
  Gate gate;
  REQUIRE(gate.enroll().ok);
  REQUIRE(gate.join().ok);
  const std::size_t before = gate.leaves();
  const hub::Answer again = gate.join();
  CHECK(again.ok);
  CHECK_FALSE(again.changed);
  CHECK(gate.leaves() == before);
  const hub::Answer stolen = gate.join(kThief);
  CHECK_FALSE(stolen.ok);
  CHECK(gate.site().public_key == kKey);
  CHECK(gate.leaves("join.refused", "JOIN REFUSED: the token was used before, by another key") == 1);
  CHECK_FALSE(gate.join(kKey, kToken, false).ok);  // who only knows the site's public key
  CHECK(gate.row().bad_proofs == 1);
}

TEST_CASE("A7 a token that is too old stays too old, also when the clock goes back") {
  Gate gate;
  REQUIRE(gate.enroll(kToken, std::chrono::minutes(10)).ok);
  SECTION("one millisecond before its time is over it is good") {
    gate.bench.pass(std::chrono::minutes(10) - Millis(1));
    CHECK(gate.join().ok);
  }
  SECTION("at that time it is not") {
    gate.bench.pass(std::chrono::minutes(10));
    CHECK_FALSE(gate.join().ok);
    gate.bench.now.wall -= std::chrono::hours(24);
    CHECK_FALSE(gate.join().ok);
    gate.bench.restart();
    gate.bench.now.wall += std::chrono::hours(24) - std::chrono::minutes(5);
    CHECK_FALSE(gate.join().ok);
    CHECK(gate.row().ended == "expired");
    CHECK(gate.site().public_key.empty());
  }
  SECTION("a clock that went back before it was used makes it no older") {
    gate.bench.now.wall -= std::chrono::hours(24 * 365);
    CHECK_FALSE(gate.join().ok);
    CHECK(gate.row().ended == "expired");
  }
}

TEST_CASE("A7 a token is for one site: another one, or one that nobody enrolled, can not use it") {
  Gate gate;
  REQUIRE(gate.enroll().ok);
  for (const char* site : {"stg-1", "fra-1", "nowhere"}) CHECK_FALSE(gate.join(kKey, kToken, true, SiteName(site)).ok);
  CHECK(gate.leaves("join.guessed") == 2);  // the 1st and the 2nd
  CHECK(gate.join().ok);
}

TEST_CASE("A7 after five bad proofs the token is burnt, for the right key too") {
  Gate gate;
  REQUIRE(gate.enroll().ok);
  for (int i = 0; i < 4; ++i) CHECK_FALSE(gate.join(kThief, kToken, false).ok);
  SECTION("four are not enough") { CHECK(gate.join().ok); }
  SECTION("the fifth is, and it lasts") {
    CHECK_FALSE(gate.join(kThief, kToken, false).ok);
    CHECK(gate.leaves("join.token_burnt") == 1);
    gate.bench.restart();
    CHECK_FALSE(gate.join().ok);
    CHECK(gate.row().ended == "burnt");
    CHECK(gate.site().public_key.empty());
  }
}

TEST_CASE("A7 10,000 guesses change nothing, fill no log, and leave the token good") {
  Gate gate;
  REQUIRE(gate.enroll().ok);
  const std::size_t before = gate.leaves();
  const hub::JoinTokenRow row = gate.row();
  for (int i = 0; i < 10'000; ++i) {
    const std::string digits = std::to_string(i);
    REQUIRE_FALSE(gate.join(kThief, Digest("sha256:" + std::string(64 - digits.size(), 'c') + digits)).ok);
  }
  CHECK(gate.leaves() - before == 14);  // at 1, 2, 4 ... 8192
  CHECK(gate.row() == row);
  CHECK(gate.join().ok);
}

TEST_CASE("whatever is wrong with a token, the answer is the same") {
  Gate gate;
  const std::string guessed = gate.join().what;
  REQUIRE(gate.enroll().ok);
  const std::string unproven = gate.join(kThief, kToken, false).what;
  const std::string wrong = gate.join(kKey, kOther).what;
  REQUIRE(gate.join().ok);
  const std::string used = gate.join(kThief).what;
  gate.bench.pass(std::chrono::hours(2));
  const std::string old = gate.join().what;
  CHECK(std::set<std::string>{guessed, unproven, wrong, used, old}.size() == 1);
}

TEST_CASE("a new token takes the place of the one before") {
  Gate gate;
  REQUIRE(gate.enroll().ok);
  REQUIRE(gate.enroll(kOther).ok);
  CHECK_FALSE(gate.join().ok);
  CHECK(gate.join(kKey, kOther).ok);
}

TEST_CASE("what a token can not be made for is refused with the remedy") {
  Gate gate;
  const auto ask = [&](hub::MakeJoinToken request) { return gate.bench.ask(std::move(request)); };
  const Millis hour = std::chrono::hours(1);
  CHECK(ask({kNew, kStage, kToken, std::chrono::hours(25), false}).code == Errc::invalid);
  CHECK(ask({kNew, kStage, kToken, std::chrono::seconds(59), false}).code == Errc::invalid);
  CHECK(ask({SiteName("site-a/up"), kStage, kToken, hour, false}).code == Errc::invalid);
  CHECK(ask({kNew, {}, kToken, hour, false}).code == Errc::not_found);
  CHECK(ask({kNew, EnvironmentName("nowhere"), kToken, hour, false}).code == Errc::not_found);
  CHECK(ask({kNew, kStage, kToken, hour, true}).code == Errc::not_found);  // nothing to do anew
  CHECK_FALSE(gate.bench.hub->world().sites.contains(kNew));
  REQUIRE(gate.enroll().ok);
  CHECK(ask({kNew, EnvironmentName("production"), kToken, hour, false}).code == Errc::exists);
  REQUIRE(gate.join().ok);
  const hub::Answer joined = ask({kNew, kStage, kOther, hour, false});
  CHECK(joined.code == Errc::exists);
  CHECK_THAT(joined.what, Contains("depops site reenroll osl-1"));
}

TEST_CASE("a key that somebody registered meanwhile is not replaced by a token") {
  Gate gate;
  REQUIRE(gate.enroll().ok);
  REQUIRE(gate.bench.ask(hub::CreateSite{kNew, kStage, {}, kThief}).ok);
  CHECK_FALSE(gate.join().ok);
  CHECK(gate.site().public_key == kThief);
}

TEST_CASE("enrolled anew: the epoch rises, the old key is gone at once, the old token is no use, documents are new") {
  Gate gate;
  REQUIRE(gate.enroll().ok);
  REQUIRE(gate.join().ok);
  REQUIRE(gate.enroll(kOther, std::chrono::hours(1), true).ok);
  CHECK(gate.site().site_epoch == SiteEpoch(2));
  CHECK(gate.site().public_key.empty());
  CHECK(gate.leaves("site.reenrolled") == 1);
  CHECK_FALSE(gate.join().ok);
  CHECK_FALSE(gate.join(kKey, kToken, true).ok);
  CHECK(gate.join(kThief, kOther).ok);
  gate.bench.restart();
  CHECK(gate.site().site_epoch == SiteEpoch(2));
  CHECK(gate.site().public_key == kThief);
}

TEST_CASE("what a site should do is signed for its new epoch when it is enrolled anew") {
  Fleet fleet;
  fleet.bench.set_up();
  fleet.complete_staging("1.0");
  const SiteName staging("stg-1");
  sync::Hello hello;
  hello.generation = fleet.bench.hub->world().sites.at(staging).desired.generation;
  hello.trust_version = trust::TrustVersion(1);  // only such a site is told what a document builds on
  REQUIRE(fleet.bench.give(fleet.stg.frame(hello)));
  fleet.complete_staging("1.1");
  const auto desired = [&] {
    return fleet.bench.codec.decode_desired(fleet.bench.hub->world().sites.at(staging).desired.bytes).value();
  };
  const sync::Desired before = desired();
  REQUIRE(fleet.bench.ask(hub::MakeJoinToken{staging, {}, kToken, std::chrono::hours(1), true}).ok);
  CHECK(before.site_epoch == SiteEpoch(1));
  CHECK(desired().site_epoch == SiteEpoch(2));
  CHECK(desired().generation == before.generation.next());
  REQUIRE_FALSE(before.base.empty());
  CHECK(desired().base.empty());  // it has accepted nothing yet
  CHECK(desired().targets.size() == before.targets.size());
  // Who still holds the old identity is not heard any more.
  CHECK(fleet.bench.hub->world().sites.at(staging).site.public_key.empty());
}

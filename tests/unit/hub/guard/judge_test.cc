#include "hub/guard/judge.h"

#include <catch2/catch.hpp>

#include "hub/guard/rate.h"
#include "tests/unit/shared/trust/rig.h"

// What the release key signs. Documents are those of the trust rig: generation 8 for fra-1, approved by alice and bob.
namespace depops::hub::guard {
namespace {

using trust::at;
using trust::digest;

trust::SignedRoot root() { return trust::signed_root(trust::company(), {"root-ann", "root-ben"}); }

Asked asked(const trust::Presented& presented) {
  Asked made{{presented, {}}, {}};
  for (std::size_t i = 0; i < presented.wishes.size(); ++i)
    made.parts.push_back({RolloutId("d-1.fra-1"), presented.generation, digest('a'), false});
  return made;
}

trust::Presented numbered(std::uint64_t generation, char content = '8') {
  trust::Presented presented = trust::wanted();
  presented.generation = Generation(generation);
  presented.digest = digest(content);
  return presented;
}

trust::Presented without_approvals(trust::Presented presented) {
  for (trust::Wish& wish : presented.wishes) wish.approvals.clear();
  return presented;
}

struct Desk {
  Ledger ledger;

  explicit Desk(bool with_root = true) {
    if (with_root) ledger.root = root();
  }
  // "signed", "again" or the code of the refusal.
  std::string ask(const Asked& question) {
    const Verdict verdict = judge(ledger, question, at(1'000), trust::toy_holds);
    if (const auto* why = std::get_if<trust::Refused>(&verdict)) return trust::name_of(why->code);
    const Signable& signable = std::get<Signable>(verdict);
    enter(ledger, signable);
    return signable.again ? "again" : "signed";
  }
  std::string ask(const trust::Presented& presented) { return ask(asked(presented)); }
};

trust::Presented restored(std::uint64_t generation, char content, std::uint64_t hub_epoch) {
  trust::Presented presented = numbered(generation, content);
  presented.critical = {"rebase"};
  presented.hub_epoch = HubEpoch(hub_epoch);
  return presented;
}

}  // namespace

TEST_CASE("what two people approved is signed, and again with the same bytes") {
  Desk desk;
  CHECK(desk.ask(trust::wanted()) == "signed");
  CHECK(desk.ask(trust::wanted()) == "again");
  const SiteLine& line = desk.ledger.sites.at(SiteName("fra-1"));
  CHECK(line.generation == Generation(8));
  CHECK(line.environment == EnvironmentName("production"));
  CHECK(line.services.at(ServiceName("checkout")).versions == std::vector{digest('a')});
}

TEST_CASE("never two documents of one generation, never a lower one") {
  Desk desk(GENERATE(true, false));
  REQUIRE(desk.ask(numbered(8)) == "signed");
  CHECK(desk.ask(numbered(8, '9')) == "equivocation");
  CHECK(desk.ask(numbered(7, '7')) == "rollback");
  CHECK(desk.ask(numbered(9, '9')) == "signed");
  CHECK(desk.ask(numbered(8)) == "rollback");
  CHECK(desk.ask(numbered(9 + trust::kJumpMax + 1, 'b')) == "fast-forward");
}

TEST_CASE("a restored hub goes on with rebase and a higher hub epoch, and the hub before it is mute") {
  Desk desk;
  REQUIRE(desk.ask(numbered(8)) == "signed");
  CHECK(desk.ask(restored(7, '7', 5)) == "rollback");
  trust::Presented silent = restored(7, '7', 6);
  silent.critical.clear();
  CHECK(desk.ask(silent) == "rollback");
  CHECK(desk.ask(restored(7, '7', 6)) == "signed");
  CHECK(desk.ask(restored(7, 'b', 6)) == "equivocation");
  CHECK(desk.ask(numbered(9, '9')) == "epoch");
  trust::Presented other = numbered(1, '1');
  other.site = SiteName("sin-1");
  CHECK(desk.ask(other) == "epoch");
  CHECK(desk.ask(restored(8, 'c', 6 + kEpochJumpMax + 1)) == "fast-forward");
}

TEST_CASE("a document of an earlier life of the site is refused as epoch") {
  Desk desk;
  REQUIRE(desk.ask(numbered(8)) == "signed");
  trust::Presented earlier = numbered(9, '9');
  earlier.site_epoch = SiteEpoch(1);
  CHECK(desk.ask(earlier) == "epoch");
  earlier.site_epoch = SiteEpoch(2 + kEpochJumpMax + 1);
  CHECK(desk.ask(earlier) == "fast-forward");
}

TEST_CASE("A12 a hub that was broken into gets nothing signed that people did not approve") {
  Desk desk;
  CHECK(desk.ask(without_approvals(numbered(8))) == "quorum");
  trust::Presented half = numbered(8);
  half.wishes[0].approvals.pop_back();
  CHECK(desk.ask(half) == "quorum");
  CHECK(desk.ledger.sites.empty());
}

TEST_CASE("what was allowed to begin is not asked for again, and another rollout is") {
  Desk desk;
  REQUIRE(desk.ask(numbered(8)) == "signed");
  Asked same = asked(without_approvals(numbered(9, '9')));
  same.parts[0].epoch = Generation(8);
  CHECK(desk.ask(same) == "signed");
  Asked other = asked(without_approvals(numbered(10, 'b')));
  CHECK(desk.ask(other) == "quorum");  // a rollout of a later generation
  other.parts[0] = same.parts[0];
  other.evidence.presented.wishes[0].subject.plan = digest('d');
  CHECK(desk.ask(other) == "quorum");
}

TEST_CASE("going back to what was allowed at this very site asks nobody, and at another one it does") {
  Desk desk;
  REQUIRE(desk.ask(numbered(8)) == "signed");
  Asked back = asked(without_approvals(numbered(9, '9')));
  back.parts[0].goes_back = true;
  Asked elsewhere = back;
  elsewhere.evidence.presented.site = SiteName("sin-1");
  CHECK(desk.ask(elsewhere) == "quorum");
  Asked unknown = back;
  unknown.parts[0].version = digest('e');
  CHECK(desk.ask(unknown) == "quorum");
  CHECK(desk.ask(back) == "signed");
}

TEST_CASE("a site that began in production is not called by another name") {
  Desk desk;
  REQUIRE(desk.ask(numbered(8)) == "signed");
  trust::Presented named = without_approvals(numbered(9, '9'));
  named.wishes[0].subject = trust::checkout("lab");
  CHECK(desk.ask(named) == "environment");
  Desk fresh;
  CHECK(fresh.ask(named) == "signed");
}

TEST_CASE("a newer trust root that comes with a document is believed by the rules, and judges it") {
  Desk desk;
  trust::TrustRoot next = trust::company();
  next.version = trust::TrustVersion(4);
  next.revoked.push_back(KeyId("bob-1"));
  Asked question = asked(numbered(8));
  question.evidence.roots = {trust::signed_root(next, {"root-ann"})};
  CHECK(desk.ask(question) != "signed");
  CHECK(desk.ledger.root->root.version == trust::TrustVersion(3));
  question.evidence.roots = {trust::signed_root(next, {"root-ann", "root-ben"})};
  CHECK(desk.ask(question) == "approval-revoked");
  question.evidence.presented.wishes[0].approvals = {trust::signed_by("alice-1", trust::says("alice")),
                                                     trust::signed_by("carl-1", trust::says("carl"))};
  CHECK(desk.ask(question) == "signed");
  CHECK(desk.ledger.root->root.version == trust::TrustVersion(4));
}

TEST_CASE("without a trust root nobody is asked, and what began then is known when there is one") {
  Desk desk(false);
  REQUIRE(desk.ask(without_approvals(numbered(8))) == "signed");
  desk.ledger.root = root();
  Asked same = asked(without_approvals(numbered(9, '9')));
  same.parts[0].epoch = Generation(8);
  CHECK(desk.ask(same) == "signed");
}

TEST_CASE("what a hub signed before is adopted once, for sites that the ledger does not know") {
  Desk desk;
  const auto adopted = adopt(desk.ledger, asked(without_approvals(numbered(8))));
  REQUIRE(adopted.has_value());
  enter(desk.ledger, *adopted);
  CHECK_FALSE(adopt(desk.ledger, asked(numbered(9, '9'))).has_value());
  CHECK(desk.ask(numbered(8, '9')) == "equivocation");
}

TEST_CASE("a rate gives so many a minute and says when there is more") {
  Rate rate(60);
  for (int i = 0; i < 60; ++i) REQUIRE_FALSE(rate.take(Millis(5)).has_value());
  const auto wait = rate.take(Millis(5));
  REQUIRE(wait.has_value());
  CHECK(*wait > Millis(900));
  CHECK(*wait <= Millis(1'001));
  CHECK_FALSE(rate.take(Millis(5) + *wait).has_value());
  CHECK(rate.take(Millis(5) + *wait).has_value());
}

}  // namespace depops::hub::guard

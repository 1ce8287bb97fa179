#include "shared/trust/approval.h"

#include <catch2/catch.hpp>

#include "tests/unit/shared/trust/rig.h"

namespace depops::trust {
namespace {

Votes votes(const std::vector<Approval>& approvals, const std::string& author = "erik",
            const Subject& subject = checkout()) {
  return count_votes(company(), subject, Person(author), approvals, at(1'000), toy_holds);
}

std::string flaw(const std::vector<Approval>& approvals, const std::string& author = "erik") {
  const Votes counted = votes(approvals, author);
  REQUIRE_FALSE(counted.enough());
  REQUIRE(counted.flaw.has_value());
  REQUIRE(objection_to(counted, checkout())->code == counted.flaw->code);
  return name_of(counted.flaw->code);
}

Approval emergency(const std::string& key, const std::string& person, const std::string& reason, int hours) {
  Statement statement = says(person);
  statement.break_glass = true;
  statement.reason = reason;
  statement.not_before = at(900);
  statement.not_after = at(900 + hours * 3'600);
  return signed_by(key, statement);
}

const Approval kAlice = signed_by("alice-1", says("alice"));
const Approval kBob = signed_by("bob-1", says("bob"));

}  // namespace

TEST_CASE("two people are enough for production, nobody is asked below") {
  const Votes two = votes({kBob, kAlice});
  REQUIRE(two.enough());
  REQUIRE(two.given == std::vector<Person>{Person("alice"), Person("bob")});
  REQUIRE_FALSE(objection_to(two, checkout()).has_value());
  REQUIRE(votes({}, "erik", checkout("lab")).enough());
  REQUIRE(votes({}, "erik", checkout("lab")).needed == 0);
}

TEST_CASE("A13 the same approver twice counts once") {
  REQUIRE(votes({kAlice, kAlice}).given.size() == 1);
  REQUIRE(objection_to(votes({kAlice, kAlice}), checkout())->code == Refusal::quorum);
}

TEST_CASE("A13 two keys of one person count once") {
  const Votes counted = votes({kAlice, signed_by("alice-2", says("alice"))});
  REQUIRE(counted.given == std::vector<Person>{Person("alice")});
  REQUIRE_FALSE(counted.enough());
}

TEST_CASE("A13 who asked for the release does not approve it") {
  REQUIRE(flaw({kAlice, kBob}, "bob") == "approval-author");
  REQUIRE(votes({kAlice, kBob, signed_by("carl-1", says("carl"))}, "bob").enough());
}

TEST_CASE("A14 an approval of another plan, artifact, environment, service or version does not count") {
  const auto with = [](auto change) {
    Subject subject = checkout();
    change(subject);
    return flaw({kAlice, signed_by("bob-1", says("bob", subject))});
  };
  const Digest other("sha256:" + std::string(64, '9'));
  REQUIRE(with([&](Subject& subject) { subject.plan = other; }) == "approval-subject");
  REQUIRE(with([&](Subject& subject) { subject.release = other; }) == "approval-subject");
  REQUIRE(with([&](Subject& subject) { subject.environment = EnvironmentName("lab"); }) == "approval-subject");
  REQUIRE(with([&](Subject& subject) { subject.service = ServiceName("basket"); }) == "approval-subject");
  REQUIRE(with([&](Subject& subject) { subject.version = VersionLabel("1.3"); }) == "approval-subject");
}

TEST_CASE("A14 an approval before or after its time does not count") {
  const auto during = [](std::int64_t from, std::int64_t until) {
    Statement statement = says("bob");
    statement.not_before = at(from);
    statement.not_after = at(until);
    return signed_by("bob-1", statement);
  };
  REQUIRE(flaw({kAlice, during(100, 1'000)}) == "approval-time");
  REQUIRE(flaw({kAlice, during(1'001, 2'000)}) == "approval-time");
  REQUIRE(flaw({kAlice, during(2'000, 500)}) == "approval-time");
  REQUIRE(votes({kAlice, during(1'000, 1'001)}).enough());
}

TEST_CASE("A14 where clocks differ an approval counts a minute before its time, and no longer after it") {
  const auto counts = [](std::int64_t from, std::int64_t until) {
    Statement statement = says("bob");
    statement.not_before = at(from);
    statement.not_after = at(until);
    const std::vector<Approval> both{kAlice, signed_by("bob-1", statement)};
    return count_votes(company(), checkout(), Person("erik"), both, at(1'000), toy_holds, kClocksDiffer).enough();
  };
  CHECK(counts(1'060, 2'000));
  CHECK_FALSE(counts(1'061, 2'000));
  CHECK_FALSE(counts(100, 1'000));
}

TEST_CASE("A14 a key that was revoked does not count") {
  REQUIRE(flaw({kAlice, signed_by("old", says("olaf"))}) == "approval-revoked");
}

TEST_CASE("A14 a revoked key that is no longer listed is said to be revoked, not unknown") {
  TrustRoot root = company();
  std::erase_if(root.approver.holders, [](const Holder& holder) { return holder.key.id == KeyId("old"); });
  const auto flaw_of = [&](const Approval& approval) {
    return count_votes(root, checkout(), Person("erik"), {approval}, at(1'000), toy_holds).flaw->code;
  };
  REQUIRE(flaw_of(signed_by("old", says("olaf"))) == Refusal::approval_revoked);
  REQUIRE(flaw_of(signed_by("nobody", says("olaf"))) == Refusal::approval_key);
}

TEST_CASE("A16 the key id is a hint: it helps no forger and harms no honest one") {
  Approval forged = signed_by("mallory", says("bob"));
  forged.document.signatures[0].hint = KeyId("bob-1");
  REQUIRE(flaw({kAlice, forged}) == "approval-key");
  Approval mislabelled = kBob;
  mislabelled.document.signatures[0].hint = KeyId("alice-1");
  REQUIRE(votes({kAlice, mislabelled}).given == std::vector<Person>{Person("alice"), Person("bob")});
}

TEST_CASE("nobody approves in the name of somebody else, or where they have no say") {
  REQUIRE(flaw({kAlice, signed_by("alice-2", says("bob"))}) == "approval-person");
  REQUIRE(flaw({kAlice, signed_by("sara-1", says("sara"))}) == "approval-scope");
  REQUIRE(flaw({kAlice, signed_by("hub-1", says("bob"))}) == "approval-key");
  REQUIRE(flaw({kAlice, signed_by("dora-1", says("dora"))}) == "approval-key");
}

TEST_CASE("an approval that can not be read says so and does not count") {
  REQUIRE(flaw({kAlice, Approval{{}, std::nullopt, "line 1: not JSON"}}) == "approval-broken");
}

TEST_CASE("what does not count does no harm to enough that do") {
  REQUIRE(votes({signed_by("old", says("olaf")), kAlice, kBob}).enough());
}

TEST_CASE("A50 a rejection stands against any number of approvals, the rejecter's own too") {
  Statement no = says("bob");
  no.decision = Decision::reject;
  no.reason = "the pool is not resized yet";
  const Votes counted = votes({kAlice, kBob, signed_by("carl-1", says("carl")), signed_by("bob-1", no)});
  REQUIRE_FALSE(counted.enough());
  REQUIRE(objection_to(counted, checkout())->code == Refusal::rejected);
  REQUIRE(objection_to(counted, checkout())->reason ==
          "bob rejected checkout 1.2 in production: the pool is not resized yet");
}

TEST_CASE("A49 break-glass by one person of its role, with a reason and for at most four hours, opens the way") {
  const Votes opened = votes({emergency("dora-1", "dora", "database is on fire", 4)});
  REQUIRE(opened.enough());
  REQUIRE(opened.emergency->reason == "database is on fire");
  REQUIRE(flaw({emergency("dora-1", "dora", "", 1)}) == "break-glass");
  REQUIRE(flaw({emergency("dora-1", "dora", "fire", 5)}) == "break-glass");
  REQUIRE(flaw({emergency("alice-1", "alice", "fire", 1)}) == "approval-key");
  Approval late = emergency("dora-1", "dora", "fire", 4);
  late.statement->not_before = at(-20'000);
  late.statement->not_after = at(-20'000 + 4 * 3'600);
  REQUIRE(flaw({late}) == "break-glass");
}

}  // namespace depops::trust

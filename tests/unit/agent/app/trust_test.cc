#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "tests/unit/agent/app/trusting_site.h"

namespace depops::agent {

TEST_CASE("A12 a site refuses what the hub alone signed for production, says why once, and nothing changes") {
  TrustingSite site;
  const Output refused = site.give();
  CHECK(refusal(refused) == "quorum");
  CHECK(has(refused, "site.desired_refused"));
  CHECK(refused.batch.records.empty());
  CHECK_FALSE(refused.batch.desired.has_value());
  CHECK_FALSE(refused.batch.trust.has_value());
  CHECK_FALSE(site.agent->busy());
  CHECK(site.give().batch.outbox.empty());
  site.approve({"alice"});
  CHECK_FALSE(site.agent->step(site.document, kToday).batch.desired.has_value());
}

TEST_CASE("what two people approved begins, and its floors are in the very batch that begins it") {
  TrustingSite site;
  site.approve({"alice", "bob"});
  const Output begun = site.give();
  CHECK(refusal(begun).empty());
  REQUIRE(begun.batch.site.has_value());
  CHECK(begun.batch.site->generation == Generation(7));
  REQUIRE(begun.batch.trust.has_value());
  CHECK(begun.batch.trust->accepted == std::vector<Digest>{digest('7')});
  CHECK_FALSE(begun.batch.records.empty());
  CHECK(notices(begun) == std::vector<std::string>{"no-log", "no-base"});
  CHECK(site.agent->busy());

  TrustingSite again(begun.batch);  // the process died right after the commit
  again.document.evidence->presented.digest = digest('8');
  again.approve({"alice", "bob"});
  CHECK(refusal(again.give()) == "equivocation");
  TrustingSite older(begun.batch);
  older.wish(6);
  older.approve({"alice", "bob"});
  CHECK(refusal(older.give()) == "rollback");
}

// A site's time is its hub's, late by the way from there.
TEST_CASE("an approval that was given just now, by a clock ahead of the site's, counts") {
  TrustingSite site;
  site.approve({"alice", "bob"});
  for (trust::Approval& one : site.asked().approvals) one.statement->not_before = kToday.wall + Millis(300);
  CHECK(refusal(site.give()).empty());
  CHECK(site.agent->busy());
}

TEST_CASE("A13 who asked for the release and one more are not two approvers") {
  TrustingSite site;
  site.asked().author = trust::Person("bob");
  site.approve({"alice", "bob"});
  CHECK(refusal(site.give()) == "approval-author");
}

TEST_CASE("A49 break-glass begins it, and says so loudly") {
  TrustingSite site;
  site.asked().approvals = {approval(site.asked().subject, "dora", "checkout is down")};
  const Output begun = site.give();
  CHECK(refusal(begun).empty());
  CHECK(has(begun, "site.break_glass"));
  CHECK(notices(begun).front() == "break-glass");
  CHECK_FALSE(begun.batch.records.empty());
}

TEST_CASE("a newer trust root is kept before it is used, also when the document is refused") {
  TrustingSite site;
  site.wish(7, "hub-2");
  site.approve({"alice", "bob"});
  CHECK(refusal(site.give()) == "signature");
  site.document.evidence->roots = {root_version(2, "hub-2")};
  site.asked().approvals.clear();
  const Output taken = site.give();
  CHECK(refusal(taken) == "quorum");
  CHECK(has(taken, "site.trust_root_accepted"));
  REQUIRE(taken.batch.trust.has_value());
  CHECK(taken.batch.trust->root->root.version == trust::TrustVersion(2));

  TrustingSite again(taken.batch);
  again.wish(7, "hub-2");
  again.approve({"alice", "bob"});
  CHECK(refusal(again.give()).empty());
  TrustingSite old(taken.batch);
  old.approve({"alice", "bob"});
  CHECK(refusal(old.give()) == "signature");
}

TEST_CASE("a site that believes a newer trust root says so to the hub at once") {
  TrustingSite site;
  const auto versions_said = [](const Output& out) {
    std::vector<std::uint64_t> versions;
    for (const Effect& effect : out.effects)
      if (const auto* said = std::get_if<SendHello>(&effect)) versions.push_back(said->hello.trust_version.value());
    return versions;
  };
  CHECK(versions_said(site.agent->step(LinkChanged{true}, kToday)) == std::vector<std::uint64_t>{1});
  CHECK(versions_said(site.agent->step(Tick{}, kToday)).empty());
  site.document.evidence->roots = {root_version(2)};
  site.give();
  CHECK(versions_said(site.agent->step(Tick{}, kToday)) == std::vector<std::uint64_t>{2});
}

TEST_CASE("A18 a trust root that skips a version or is signed by nobody is refused, and the old one stays") {
  TrustingSite site;
  site.approve({"alice", "bob"});
  site.document.evidence->roots = {root_version(3, "hub-3")};
  const Output skipped = site.give();
  CHECK(refusal(skipped) == "root-version");
  TrustingSite other;
  other.document.evidence->roots = {root_version(2, "hub-2")};
  other.document.evidence->roots[0].document.signatures.clear();
  const Output unsigned_root = other.give();
  CHECK(refusal(unsigned_root) == "signature");
  CHECK_FALSE(unsigned_root.batch.trust.has_value());
}

TEST_CASE("A19 a trust root that names a reset leads a site out of a generation that was driven far ahead") {
  JournalBatch driven;
  driven.site = SiteState{};
  driven.site->generation = Generation(900'000);
  TrustingSite site(driven);
  site.approve({"alice", "bob"});
  CHECK(refusal(site.give()) == "rollback");
  trust::SignedRoot reset = root_version(2);
  reset.root.resets = {{kSite, Generation(6)}};
  site.document.evidence->roots = {reset};
  const Output led = site.give();
  CHECK(refusal(led).empty());
  REQUIRE(led.batch.site.has_value());
  CHECK(led.batch.site->generation == Generation(7));
}

TEST_CASE("A10 a site that has just joined begins from the newest document there was, and from none before it") {
  TrustingSite site({}, Generation(7));
  site.approve({"alice", "bob"});
  CHECK(refusal(site.give()).empty());
  CHECK(refusal(TrustingSite({}, Generation(9)).give()) == "rollback");
}

TEST_CASE("what was held when the trust root was pinned is no equivocation, and begins nothing without approval") {
  JournalBatch held;
  held.site = SiteState{};
  held.site->generation = Generation(7);
  TrustingSite other(held);
  CHECK(refusal(other.give()) == "equivocation");  // nothing is known of these bytes
  held.desired = "generation 7";
  TrustingSite same(held);
  CHECK(refusal(same.give()) == "quorum");
  same.approve({"alice", "bob"});
  const Output begun = same.agent->step(same.document, kToday);
  CHECK_FALSE(begun.batch.records.empty());
}

TEST_CASE("a document without evidence is refused where a trust root is pinned") {
  TrustingSite site;
  site.document.evidence.reset();
  CHECK(refusal(site.give()) == "signature");
}

}  // namespace depops::agent

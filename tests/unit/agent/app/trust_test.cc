#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "agent/app/agent.h"

// A site with a pinned trust root. A signature is the text "key|type|body": real keys are in the tests of the link.
namespace depops::agent {
namespace {

const Moment kToday{Instant(std::chrono::seconds(1'800'000'000)), Millis(1'000), BootId("one")};
const SiteName kSite("fra-1");
const EnvironmentName kProduction("production");

Digest digest(char digit) { return Digest("sha256:" + std::string(64, digit)); }

bool toy_holds(std::string_view type, std::string_view body, std::string_view signature, const trust::Key& key) {
  return signature == key.id.str() + "|" + std::string(type) + "|" + std::string(body);
}

void sign(trust::Signed& document, const std::string& key) {
  document.signatures.push_back({KeyId(key), key + "|" + document.type + "|" + document.body});
}

trust::Holder holder(const std::string& person) {
  trust::Holder made;
  made.key.id = KeyId(person);
  made.person = trust::Person(person);
  made.scope.everywhere = true;
  return made;
}

trust::SignedRoot root_version(std::uint64_t version, const std::string& hub_key = "hub") {
  trust::SignedRoot made;
  made.root.version = trust::TrustVersion(version);
  made.root.issued = kToday.wall - std::chrono::hours(1);
  made.root.expires = kToday.wall + std::chrono::hours(1'000);
  made.root.root = {1, {holder("ann")}};
  made.root.hub_release = {1, {holder(hub_key)}};
  made.root.approver = {1, {holder("alice"), holder("bob")}};
  made.root.break_glass = {1, {holder("dora")}};
  made.document.type = trust::kTrustRootType;
  made.document.body = "root " + std::to_string(version) + hub_key;
  made.digest = digest(static_cast<char>('0' + version));
  sign(made.document, "ann");
  return made;
}

trust::Approval approval(const trust::Subject& subject, const std::string& person, const std::string& emergency = "") {
  trust::Statement statement;
  statement.subject = subject;
  statement.person = trust::Person(person);
  statement.break_glass = !emergency.empty();
  statement.reason = emergency;
  statement.not_before = kToday.wall - std::chrono::hours(1);
  statement.not_after = kToday.wall + std::chrono::hours(2);
  trust::Approval made{{std::string(trust::kStatementType), "by " + person, {}}, statement, ""};
  sign(made.document, person);
  return made;
}

struct TrustingSite {
  explicit TrustingSite(JournalBatch kept = {}, Generation least = {}) {
    Settings settings;
    settings.site = kSite;
    settings.least_generation = least;
    settings.trust = TrustSettings{root_version(1), kProduction, toy_holds};
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    if (kept.site) loaded.site = *kept.site;
    if (kept.trust) loaded.trust = *kept.trust;
    if (kept.desired) loaded.desired = *kept.desired;
    loaded.site.time = Stamp::of(kToday);
    agent.emplace(settings, std::move(loaded), kToday);
    wish(7);
  }

  // A first rollout of checkout 1.2, signed by the hub.
  void wish(std::uint64_t generation, const std::string& hub_key = "hub") {
    sync::Target target;
    target.service = ServiceName("checkout");
    target.rollout = RolloutId("d-1.fra-1");
    target.epoch = Generation(generation);
    target.plan_digest = digest('b');
    target.plan.service = target.service;
    target.plan.environment = kProduction;
    target.plan.target.set = SetId("checkout-2");
    target.plan.target.artifact = digest('a');
    sync::Desired desired;
    desired.site = kSite;
    desired.site_epoch = SiteEpoch(1);
    desired.generation = Generation(generation);
    desired.not_after = kToday.wall + std::chrono::hours(1);
    desired.targets = {target};
    document = {"generation " + std::to_string(generation), desired, {}, {}, Evidence{}};
    trust::Presented& presented = document.evidence->presented;
    presented.document = {std::string(trust::kDesiredType), document.bytes, {}};
    sign(presented.document, hub_key);
    presented.digest = digest('7');
    presented.site = kSite;
    presented.site_epoch = SiteEpoch(1);
    presented.generation = desired.generation;
    presented.not_after = desired.not_after;
    trust::Wish asked;
    asked.subject = {digest('a'), digest('b'), target.service, VersionLabel("1.2"), kProduction};
    asked.plan_digest_of_bytes = digest('b');
    presented.wishes = {asked};
  }

  trust::Wish& asked() { return document.evidence->presented.wishes[0]; }
  void approve(const std::vector<std::string>& people) {
    for (const std::string& person : people) asked().approvals.push_back(approval(asked().subject, person));
  }
  Output give() { return agent->step(document, kToday); }

  std::optional<Agent> agent;
  DesiredArrived document;
};

std::string refusal(const Output& output) {
  for (const OutboxRow& row : output.batch.outbox) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    const auto* refused = report != nullptr ? std::get_if<rollout::DesiredRefused>(report) : nullptr;
    if (refused != nullptr) return refused->code;
  }
  return "";
}

std::vector<std::string> actions(const Output& output) {
  std::vector<std::string> found;
  for (const OutboxRow& row : output.batch.outbox) {
    if (const auto* leaf = std::get_if<audit::Leaf>(&row.entry)) found.push_back(leaf->action);
  }
  return found;
}

bool has(const Output& output, const std::string& action) { return std::ranges::count(actions(output), action) > 0; }

std::vector<std::string> notices(const Output& output) {
  std::vector<std::string> found;
  for (const OutboxRow& row : output.batch.outbox) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    const auto* notice = report != nullptr ? std::get_if<rollout::Notice>(report) : nullptr;
    if (notice != nullptr) found.push_back(notice->kind);
  }
  return found;
}

}  // namespace

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

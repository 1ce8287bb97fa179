#include "shared/evidence/evidence.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "shared/signing/signing.h"
#include "shared/statement/statement.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "shared/wire/trust.h"
#include "tests/unit/shared/wire/samples.h"

// A desired state as it travels, judged with real keys: what a site with a trust root makes of it.
namespace depops::evidence {
namespace {

using signing::SecretKey;

const Instant kNow{Millis(1'790'000'000'000)};

trust::Holder holder_of(const SecretKey& key, const std::string& person) {
  return {wire::key_of(key.public_key()), trust::Person(person), {true, {}}};
}

struct Company {
  SecretKey ann = SecretKey::generate();
  SecretKey hub = SecretKey::generate();
  SecretKey alice = SecretKey::generate();
  SecretKey bob = SecretKey::generate();
  sync::Desired wanted;

  Company() {
    rollout::Plan plan = test::canary_plan();
    plan.requested_by = Actor("erik");
    sync::Target target;
    target.service = plan.service;
    target.rollout = RolloutId("d-1.fra-1");
    target.deployment = DeploymentId("d-1");
    target.epoch = Generation(8);
    target.plan_bytes = wire::encode_plan(plan);
    target.plan_digest = signing::digest_of(target.plan_bytes);
    target.plan = plan;
    wanted.site = SiteName("fra-1");
    wanted.site_epoch = SiteEpoch(1);
    wanted.generation = Generation(8);
    wanted.hub_epoch = HubEpoch(1);
    wanted.issued = kNow;
    wanted.not_after = kNow + std::chrono::hours(1);
    wanted.trust_version = trust::TrustVersion(1);
    wanted.targets = {target};
    wanted.targets[0].approvals = {approval(alice, "alice"), approval(bob, "bob")};
  }

  std::string approval(const SecretKey& key, const std::string& person) const {
    const sync::Target& target = wanted.targets[0];
    trust::Statement statement;
    statement.subject = {target.plan.target.artifact, target.plan_digest, target.service, target.plan.target.label,
                         target.plan.environment};
    statement.person = trust::Person(person);
    statement.not_before = kNow - std::chrono::hours(1);
    statement.not_after = kNow + std::chrono::hours(1);
    return statement::sign(statement, key);
  }

  trust::TrustRoot root() const {
    trust::TrustRoot root;
    root.expires = kNow + std::chrono::hours(1'000);
    root.root.holders = {holder_of(ann, "ann")};
    root.hub_release.holders = {holder_of(hub, "hub")};
    root.approver.holders = {holder_of(alice, "alice"), holder_of(bob, "bob")};
    return root;
  }

  std::string frame() const { return wire::seal(wire::kDesiredType, wire::encode_desired(wanted), hub); }
};

// As the site reads it: only what a known key signed is decoded.
std::string judged(const Company& company, const std::string& frame) {
  const std::vector<signing::PublicKey> keys = {company.hub.public_key()};
  const auto opened = wire::open(wire::kDesiredType, frame, keys);
  if (!opened.ok()) return "signature";
  const auto desired = wire::decode_desired(opened->body);
  if (!desired.ok()) return "malformed: " + desired.error().what;
  const auto evidence = read(frame, *desired);
  if (!evidence.ok()) return "malformed";
  trust::Here here;
  here.site = SiteName("fra-1");
  here.environment = company.wanted.targets[0].plan.environment;
  here.now = kNow;
  const auto judgement = trust::verify_desired(company.root(), evidence->presented, here, wire::holds);
  const auto* refused = std::get_if<trust::Refused>(&judgement);
  return refused == nullptr ? "accepted" : trust::name_of(refused->code);
}

}  // namespace

TEST_CASE("a desired state that two people approved is accepted as it travels") {
  const Company company;
  REQUIRE(judged(company, company.frame()) == "accepted");
}

TEST_CASE("A12 the hub's real key without people's, or with one of them, is refused as quorum") {
  Company company;
  company.wanted.targets[0].approvals.pop_back();
  REQUIRE(judged(company, company.frame()) == "quorum");
  company.wanted.targets[0].approvals.push_back(company.wanted.targets[0].approvals[0]);
  REQUIRE(judged(company, company.frame()) == "quorum");
  company.wanted.targets[0].approvals.clear();
  REQUIRE(judged(company, company.frame()) == "quorum");
}

TEST_CASE("A13 the author's own approval is refused as it travels") {
  Company company;
  rollout::Plan plan = company.wanted.targets[0].plan;
  plan.requested_by = Actor("local:bob");
  sync::Target& target = company.wanted.targets[0];
  target.plan = plan;
  target.plan_bytes = wire::encode_plan(plan);
  target.plan_digest = signing::digest_of(target.plan_bytes);
  REQUIRE(judged(company, company.frame()) == "approval-subject");  // they approved another plan
  target.approvals = {company.approval(company.alice, "alice"), company.approval(company.bob, "bob")};
  REQUIRE(judged(company, company.frame()) == "approval-author");
}

TEST_CASE("A9 any flipped bit on the way is refused, or was a hint that decides nothing") {
  const Company company;
  const std::string frame = company.frame();
  REQUIRE(rc::check("a bit of the frame", [&] {
    std::string altered = frame;
    const auto bit = *rc::gen::inRange<std::size_t>(0, frame.size() * 8);
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    if (judged(company, altered) == "accepted") {
      RC_ASSERT(wire::unverified_body(altered).value() == wire::unverified_body(frame).value());
    }
  }));
}

TEST_CASE("A17 a frame's body or a plan that is sent as a desired state does not open") {
  const Company company;
  const std::string body = wire::encode_desired(company.wanted);
  REQUIRE(judged(company, wire::seal(wire::kBodyType, body, company.hub)) == "signature");
  REQUIRE(judged(company, wire::seal(trust::kStatementType, body, company.hub)) == "signature");
}

TEST_CASE("a document that builds on something never accepted is refused as base, whatever it says") {
  Company company;
  company.wanted.rebase = true;
  company.wanted.base = signing::digest_of("never");
  REQUIRE(judged(company, company.frame()) == "base");
}

TEST_CASE("newer trust roots come along and are read; one that can not be read spoils the document") {
  Company company;
  trust::Signed document{std::string(trust::kTrustRootType), wire::encode_trust_root(company.root()), {}};
  document.signatures.push_back({company.ann.id(), company.ann.sign(document.type, document.body)});
  company.wanted.trust_roots = {wire::sealed(document)};
  const auto desired = wire::decode_desired(wire::encode_desired(company.wanted));
  REQUIRE(desired.ok());
  REQUIRE(*desired == company.wanted);
  const auto evidence = read(company.frame(), *desired);
  REQUIRE(evidence.ok());
  REQUIRE(evidence->roots.at(0).root == company.root());
  company.wanted.trust_roots = {"rubbish"};
  REQUIRE(judged(company, company.frame()) == "malformed");
}

}  // namespace depops::evidence

#include "tests/unit/hub/signer/rig.h"

#include <cstdlib>
#include <fstream>

#include "shared/statement/statement.h"
#include "shared/wire/body.h"
#include "shared/wire/documents.h"
#include "shared/wire/seal.h"
#include "shared/wire/trust.h"
#include "tests/unit/shared/wire/samples.h"

namespace depops::hub::signer {
namespace {

trust::Holder holder_of(const signing::PublicKey& key, const std::string& person) {
  return {wire::key_of(key), trust::Person(person), {true, {}}};
}

std::string approval(const sync::Target& target, const signing::SecretKey& by, const std::string& person, Instant now) {
  trust::Statement statement;
  statement.subject = {target.plan.target.artifact, target.plan_digest, target.service, target.plan.target.label,
                       target.plan.environment};
  statement.person = trust::Person(person);
  statement.not_before = now - std::chrono::hours(1);
  statement.not_after = now + std::chrono::hours(1);
  return statement::sign(statement, by);
}

}  // namespace

Office::Office(bool asks_people, std::uint32_t per_minute) : asks(asks_people), rate(per_minute) {
  std::string name = (std::filesystem::temp_directory_path() / "signer-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  folder = name;
  const auto made = signing::SecretKey::generate();
  key = made.public_key();
  if (!signing::save_secret_key(path("release.key"), made).ok()) std::abort();
  open();
}

Office::~Office() {
  close();
  std::filesystem::remove_all(folder);
}

void Office::open() {
  NotaryParts parts{
      signing::load_secret_key(path("release.key")).value(), "hub-1", LedgerFile::open(path("ledger.db")).value(),
      SignatureLog::open(path("signatures.log")).value(),    clock,   rate};
  notary = Notary::open(std::move(parts), asks ? std::vector{root()} : std::vector<std::string>{}).value();
}

void Office::close() { notary.reset(); }

wire::SignedWord Office::ask(const sync::Desired& desired) {
  return notary->sign({{std::string(wire::kDesiredType), wire::encode_desired(desired)}}).words.at(0);
}

std::string Office::code(const sync::Desired& desired) {
  const wire::SignedWord word = ask(desired);
  return word.ed25519.empty() ? word.code : "signed";
}

std::vector<std::string> Office::log() const {
  std::vector<std::string> lines;
  std::ifstream file(path("signatures.log"));
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

sync::Desired Office::wanted(const std::string& site, std::uint64_t generation) const {
  const Instant now = clock.now().wall;
  sync::Desired desired = test::desired();
  desired.site = SiteName(site);
  desired.generation = Generation(generation);
  desired.issued = now;
  desired.not_after = now + std::chrono::hours(24);
  sync::Target& target = desired.targets.at(0);
  target.rollout = RolloutId("d-1." + site);
  target.epoch = Generation(1);
  target.approvals = {approval(target, alice, "alice", now), approval(target, bob, "bob", now)};
  return desired;
}

std::string Office::root() const {
  trust::TrustRoot root;
  root.expires = clock.now().wall + std::chrono::hours(1'000);
  root.root.holders = {holder_of(ann.public_key(), "ann")};
  root.hub_release.holders = {holder_of(key, "hub")};
  root.approver.holders = {holder_of(alice.public_key(), "alice"), holder_of(bob.public_key(), "bob")};
  return wire::seal(trust::kTrustRootType, wire::encode_trust_root(root), ann);
}

std::string hub_frame(const std::string& hub_id, const std::string& site) {
  wire::Body body;
  body.source = wire::hub_address(hub_id);
  body.destination = wire::site_address(SiteName(site));
  body.hub_epoch = HubEpoch(2);
  body.content = sync::Ack{sync::Stream::events, Sequence(7), 1'000};
  return wire::encode_body(body);
}

}  // namespace depops::hub::signer

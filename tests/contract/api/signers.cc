#include "tests/contract/api/signers.h"

#include <chrono>

#include "shared/json/write.h"
#include "shared/signing/set_up.h"
#include "shared/statement/statement.h"
#include "shared/wire/trust.h"

namespace depops::tests {

Signers::Signers() : now_(std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now())) {
  signing::set_up();
  for (const char* person : {"ruth", "ravi", "hub", "ana", "ben"})
    keys_.emplace(person, signing::SecretKey::generate());
}

trust::Holder Signers::holder(const std::string& person) const {
  return {wire::key_of(keys_.at(person).public_key()), trust::Person(person), {true, {}}};
}

std::string Signers::trust_root_body(std::uint64_t version) const {
  trust::TrustRoot root;
  root.version = trust::TrustVersion(version);
  root.issued = now_;
  root.expires = now_ + std::chrono::hours(24);
  root.root = {2, {holder("ruth"), holder("ravi")}};
  root.hub_release = {1, {holder("hub")}};
  root.approver = {1, {holder("ana"), holder("ben")}};
  root.environments = {{EnvironmentName("staging"), trust::Tier::staging},
                       {EnvironmentName("production"), trust::Tier::production}};
  trust::Signed document{std::string(trust::kTrustRootType), wire::encode_trust_root(root), {}};
  for (const char* person : {"ruth", "ravi"})
    document.signatures.push_back({keys_.at(person).id(), keys_.at(person).sign(document.type, document.body)});
  json::Value body;
  body.add("document", signing::to_base64(wire::sealed(document)));
  return json::write(body);
}

std::string Signers::approval(RunningHub& hub, const std::string& deployment, const std::string& person) const {
  const json::Value shown = hub.read("/api/v1/deployments/" + deployment);
  trust::Statement statement;
  statement.subject.plan = Digest(shown["planDigest"].as_string());
  statement.subject.service = ServiceName(shown["service"].as_string());
  statement.subject.version = VersionLabel(shown["version"].as_string());
  statement.subject.environment = EnvironmentName(shown["environment"].as_string());
  const json::Value versions = hub.read("/api/v1/services/" + statement.subject.service.str() + "/versions");
  for (const json::Value& row : versions["items"].items())
    if (row["label"].as_string() == statement.subject.version.str())
      statement.subject.release = Digest(row["artifact"].as_string());
  statement.person = trust::Person(person);
  statement.reason = "seen in staging";
  statement.not_before = now_;
  statement.not_after = now_ + std::chrono::hours(1);
  return statement::sign(statement, keys_.at(person));
}

}  // namespace depops::tests

#include "shared/statement/statement.h"

#include <cstdint>

#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::statement {
namespace {

using json::Value;

constexpr std::string_view kStatement = "https://in-toto.io/Statement/v1";
constexpr std::string_view kApproval = "urn:depops:approval:v1";
constexpr std::string_view kBreakGlass = "urn:depops:break-glass:v1";
constexpr std::string_view kSha256 = "sha256:";
constexpr std::size_t kReasonMax = 1'000;
constexpr std::size_t kPersonMax = 128;
constexpr std::int64_t kLatestMs = 4'102'444'800'000;  // 2100

Error wrong(std::string_view what) { return {Errc::invalid, "approval: " + std::string(what)}; }

Value subject_value(std::string name, const Digest& digest) {
  Value hex = Value::object();
  hex.add("sha256", digest.str().substr(kSha256.size()));
  Value subject = Value::object();
  subject.add("name", std::move(name)).add("digest", std::move(hex));
  return subject;
}

Value predicate_value(const trust::Statement& statement) {
  Value out = Value::object();
  out.add("decision", statement.decision == trust::Decision::approve ? "approve" : "reject");
  out.add("service", statement.subject.service.str());
  out.add("version", statement.subject.version.str());
  out.add("environment", statement.subject.environment.str());
  out.add("person", statement.person.str());
  out.add("reason", statement.reason);
  out.add("notBeforeMs", std::int64_t{statement.not_before.time_since_epoch().count()});
  out.add("notAfterMs", std::int64_t{statement.not_after.time_since_epoch().count()});
  return out;
}

Result<Digest> digest_at(const Value& subject) {
  const Digest digest(std::string(kSha256) + subject["digest"]["sha256"].as_string());
  if (!is_digest(digest.str())) return wrong("a subject without a sha256 digest");
  return digest;
}

Result<Instant> instant_at(const Value& predicate, const char* name) {
  const Value& value = predicate[name];
  if (!value.is_integer() || value.as_int() < 0 || value.as_int() > kLatestMs) {
    return wrong(std::string(name) + " is not a time in milliseconds before the year 2100");
  }
  return Instant(Millis(value.as_int()));
}

Result<trust::Subject> subject_of(const Value& whole) {
  const auto& subjects = whole["subject"].items();
  if (subjects.size() != 2 || subjects[1]["name"].as_string() != "plan") {
    return wrong("two subjects are expected, the artifact and \"plan\"");
  }
  const Value& told = whole["predicate"];
  trust::Subject subject;
  DEPOPS_TRY(subject.release, digest_at(subjects[0]));
  DEPOPS_TRY(subject.plan, digest_at(subjects[1]));
  subject.service = ServiceName(told["service"].as_string());
  subject.version = VersionLabel(told["version"].as_string());
  subject.environment = EnvironmentName(told["environment"].as_string());
  const bool named =
      is_name(subject.service.str()) && is_version_label(subject.version.str()) && is_name(subject.environment.str());
  if (!named) return wrong("service, version or environment is not a name");
  return subject;
}

Result<void> read_predicate(const Value& told, trust::Statement& statement) {
  const std::string& decision = told["decision"].as_string();
  if (decision != "approve" && decision != "reject") return wrong("decision is neither \"approve\" nor \"reject\"");
  statement.decision = decision == "approve" ? trust::Decision::approve : trust::Decision::reject;
  statement.person = trust::Person(told["person"].as_string());
  statement.reason = told["reason"].as_string();
  if (statement.person.empty() || statement.person.str().size() > kPersonMax) return wrong("no person, or a long one");
  if (statement.reason.size() > kReasonMax) return wrong("a reason of more than 1000 bytes");
  DEPOPS_TRY(statement.not_before, instant_at(told, "notBeforeMs"));
  DEPOPS_TRY(statement.not_after, instant_at(told, "notAfterMs"));
  return {};
}

Result<trust::Signed> open_envelope(std::string_view text) {
  if (text.size() > kEnvelopeMax) return wrong("an envelope of more than 16 KiB");
  DEPOPS_TRY(const Value envelope, json::parse(text));
  trust::Signed document;
  document.type = envelope["payloadType"].as_string();
  DEPOPS_TRY(document.body, signing::from_base64(envelope["payload"].as_string()));
  const auto& signatures = envelope["signatures"].items();
  if (signatures.empty() || signatures.size() > trust::kSignaturesMax) return wrong("1 to 16 signatures are expected");
  for (const Value& row : signatures) {
    DEPOPS_TRY(std::string bytes, signing::from_base64(row["sig"].as_string()));
    document.signatures.push_back({KeyId(row["keyid"].as_string()), std::move(bytes)});
  }
  return document;
}

}  // namespace

std::string encode(const trust::Statement& statement) {
  const trust::Subject& subject = statement.subject;
  Value subjects = Value::array();
  subjects.push(subject_value(subject.service.str() + " " + subject.version.str(), subject.release));
  subjects.push(subject_value("plan", subject.plan));
  Value whole = Value::object();
  whole.add("_type", kStatement).add("subject", std::move(subjects));
  whole.add("predicateType", statement.break_glass ? kBreakGlass : kApproval);
  whole.add("predicate", predicate_value(statement));
  return json::write(whole);
}

Result<trust::Statement> decode(std::string_view text) {
  DEPOPS_TRY(const Value whole, json::parse(text));
  if (whole["_type"].as_string() != kStatement) return wrong("not an in-toto statement of version 1");
  const std::string& kind = whole["predicateType"].as_string();
  if (kind != kApproval && kind != kBreakGlass) return wrong("a statement of another kind: " + kind.substr(0, 100));
  trust::Statement statement;
  statement.break_glass = kind == kBreakGlass;
  DEPOPS_TRY(statement.subject, subject_of(whole));
  DEPOPS_TRY_VOID(read_predicate(whole["predicate"], statement));
  return statement;
}

std::string sign(const trust::Statement& statement, const signing::SecretKey& key) {
  const std::string body = encode(statement);
  Value signature = Value::object();
  signature.add("keyid", key.id().str()).add("sig", signing::to_base64(key.sign(trust::kStatementType, body)));
  Value envelope = Value::object();
  envelope.add("payloadType", trust::kStatementType).add("payload", signing::to_base64(body));
  envelope.add("signatures", Value(Value::Array{std::move(signature)}));
  return json::write(envelope) + "\n";
}

trust::Approval read(std::string_view envelope) {
  auto document = open_envelope(envelope);
  if (!document.ok()) return {{}, std::nullopt, document.error().what};
  auto statement = decode(document->body);
  if (!statement.ok()) return {std::move(*document), std::nullopt, statement.error().what};
  return {std::move(*document), std::move(*statement), ""};
}

}  // namespace depops::statement

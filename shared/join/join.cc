#include "shared/join/join.h"

#include <algorithm>

#include "shared/join/members.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::join {
namespace {

constexpr std::string_view kProofType = "application/vnd.depops.join.v1";
constexpr std::size_t kSignatureSize = 64;
constexpr std::size_t kUrlMax = 1'000;

// Names and digests hold no line ends, so that this can be read in one way only.
std::string claim_of(const Request& request) {
  return request.site.str() + "\n" + hash_of(request.token).str() + "\n" +
         signing::digest_of(request.certificate_request).str() + "\n" + request.fingerprint + "\n" +
         signing::to_text(request.signing_key) + "\n";
}

json::Value floors_json(const Floors& floors) {
  json::Value out;
  out.add("generation", floors.generation.value()).add("hubEpoch", floors.hub_epoch.value());
  out.add("trustVersion", floors.trust_version);
  out.add("timeMs", std::int64_t{floors.time.time_since_epoch().count()});
  return out;
}

Result<Floors> read_floors(const json::Value& value) {
  Reader reader(value);
  Floors floors;
  floors.generation = Generation(reader.number("generation"));
  floors.hub_epoch = HubEpoch(reader.number("hubEpoch"));
  floors.trust_version = reader.number("trustVersion");
  floors.time = Instant(Millis(static_cast<std::int64_t>(reader.number("timeMs"))));
  DEPOPS_TRY_VOID(reader.finish(false));
  return floors;
}

}  // namespace

std::string new_token() {
  std::string text = signing::to_base64(signing::random_bytes(32));
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return std::string(kTokenPrefix) + text.substr(0, text.find('='));
}

Digest hash_of(std::string_view token) { return signing::digest_of(token); }

void prove(Request& request, const signing::SecretKey& key) {
  request.signing_key = key.public_key();
  request.proof = key.sign(kProofType, claim_of(request));
}

bool proven(const Request& request) {
  return request.proof.size() == kSignatureSize &&
         signing::verify(kProofType, claim_of(request), request.proof, request.signing_key);
}

std::string write(const Request& request) {
  json::Value out;
  out.add("site", request.site.str()).add("token", request.token);
  out.add("certificateRequest", request.certificate_request);
  out.add("signingKey", signing::to_text(request.signing_key)).add("fingerprint", request.fingerprint);
  out.add("proof", signing::to_base64(request.proof));
  return json::write(out);
}

std::string write(const Answer& answer) {
  json::Value out;
  out.add("site", answer.site.str()).add("environment", answer.environment.str());
  out.add("siteEpoch", answer.site_epoch.value()).add("certificate", answer.certificate);
  out.add("infraCa", answer.infra_ca).add("brokerUrl", answer.broker_url).add("artifactsUrl", answer.artifacts_url);
  out.add("hubId", answer.hub_id).add("hubKey", signing::to_text(answer.hub_key));
  out.add("trustRoot", signing::to_base64(answer.trust_root)).add("floors", floors_json(answer.floors));
  json::Value others = json::Value::array();
  for (const std::string& url : answer.other_brokers) others.push(url);
  if (!answer.other_brokers.empty()) out.add("otherBrokers", std::move(others));
  return json::write(out);
}

Result<Request> read_request(std::string_view text) {
  if (text.size() > kRequestMax) return Error{Errc::invalid, "longer than 64 KiB"};
  DEPOPS_TRY(const json::Value value, json::parse(text));
  Reader reader(value);
  Request request;
  request.site = reader.name<SiteName>("site");
  request.token = reader.text("token", kTokenMax);
  request.certificate_request = reader.text("certificateRequest", kCertificateRequestMax);
  request.signing_key = reader.key("signingKey");
  request.fingerprint = reader.text("fingerprint", 100);
  if (!is_digest(request.fingerprint)) reader.complain("fingerprint", "must be sha256: and 64 hex digits");
  request.proof = reader.bytes("proof", 100);
  DEPOPS_TRY_VOID(reader.finish(true));
  return request;
}

Result<Answer> read_answer(std::string_view text) {
  if (text.size() > kAnswerMax) return Error{Errc::invalid, "longer than 1 MiB"};
  DEPOPS_TRY(const json::Value value, json::parse(text));
  Reader reader(value);
  Answer answer;
  answer.site = reader.name<SiteName>("site");
  answer.environment = reader.name<EnvironmentName>("environment");
  answer.site_epoch = SiteEpoch(reader.number("siteEpoch"));
  answer.certificate = reader.text("certificate", kCertificateRequestMax);
  answer.infra_ca = reader.text("infraCa", kRequestMax);
  answer.broker_url = reader.text("brokerUrl", kUrlMax);
  answer.artifacts_url = reader.text("artifactsUrl", kUrlMax);
  answer.hub_id = reader.text("hubId", kTokenMax);
  answer.hub_key = reader.key("hubKey");
  answer.trust_root = reader.bytes("trustRoot", kAnswerMax, false);
  answer.other_brokers = reader.texts("otherBrokers", kBrokersMax, kUrlMax);
  DEPOPS_TRY_VOID(reader.finish(false));
  DEPOPS_TRY(answer.floors, read_floors(value["floors"]));
  return answer;
}

}  // namespace depops::join

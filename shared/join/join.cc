#include "shared/join/join.h"

#include <algorithm>
#include <array>
#include <charconv>

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

constexpr std::uint64_t kNumberMax = std::uint64_t{1} << 62;  // as on the wire

// Reads members of one object; the first mistake is kept.
class Reader {
 public:
  explicit Reader(const json::Value& value) : value_(value) {}

  std::string text(const char* name, std::size_t most, bool needed = true) {
    known_.emplace_back(name);
    const json::Value& member = value_[name];
    if (member.is_null() && !needed) return {};
    if (!member.is_string() || member.as_string().size() > most || (needed && member.as_string().empty()))
      complain(name, "must be a text of 1 to " + std::to_string(most) + " characters");
    return member.as_string().substr(0, most);
  }
  std::uint64_t number(const char* name) {
    known_.emplace_back(name);
    const json::Value& member = value_[name];
    const bool whole = member.is_integer() && member.as_int() >= 0 && member.as_uint() <= kNumberMax;
    if (!whole) complain(name, "must be a whole number of at most 2^62");
    return whole ? member.as_uint() : 0;
  }
  template <typename Name>
  Name name(const char* member) {
    Name out(text(member, 63));
    if (!is_name(out.str())) complain(member, "is not a name: a-z, 0-9 and inner '-'");
    return out;
  }
  std::string bytes(const char* name, std::size_t most, bool needed = true) {
    auto read = signing::from_base64(text(name, most, needed));
    if (!read) complain(name, "must be base64");
    return read ? std::move(read).value() : std::string();
  }
  signing::PublicKey key(const char* name) {
    auto read = signing::public_key_of(text(name, 200));
    if (!read) complain(name, "must be an Ed25519 key: depops-ed25519-public BASE64");
    return read ? read.value() : signing::PublicKey();
  }
  void complain(const char* name, const std::string& what) {
    if (trouble_.empty()) trouble_ = std::string(name) + " " + what;
  }
  Result<void> finish(bool strict) {
    if (!value_.is_object()) trouble_ = "must be a JSON object";
    for (const auto& [member, value] : value_.members())
      if (strict && std::ranges::find(known_, member) == known_.end() && trouble_.empty())
        trouble_ = "unknown member '" + member.substr(0, 40) + "'";
    return trouble_.empty() ? Result<void>() : Error{Errc::invalid, trouble_};
  }

 private:
  const json::Value& value_;
  std::vector<std::string> known_;
  std::string trouble_;
};

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
  DEPOPS_TRY_VOID(reader.finish(false));
  DEPOPS_TRY(answer.floors, read_floors(value["floors"]));
  return answer;
}

}  // namespace depops::join

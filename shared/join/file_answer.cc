#include "shared/join/file_answer.h"

#include "shared/join/members.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::join {
namespace {

// The same key signs handshakes. Whoever opens one chooses the first 32 bytes of what TLS 1.2 signs; the hub draws the
// next 32, so they are never the rest of this line.
constexpr std::string_view kFileAnswerType = "application/vnd.depops.answer-to-a-request-to-join-in-a-file.v1";
static_assert(kFileAnswerType.size() >= 48);
constexpr std::size_t kFileSignatureMax = 1'024;
constexpr std::size_t kWhole = 71;  // of a digest

std::string time_number(Instant at) { return std::to_string(at.time_since_epoch().count()); }

std::string sealed_text(const FileAnswer& answer) {
  return std::string(kFileAnswerType) + "\n" + answer.site.str() + "\n" + answer.request.str() + "\n" +
         time_number(answer.issued) + "\n" + time_number(answer.expires) + "\n" +
         signing::digest_of(answer.said).str() + "\n";
}

Error no(const std::string& why) { return {Errc::refused, "this answer " + why}; }

std::string age_text(Millis age) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(age).count();
  return minutes < 180 ? std::to_string(minutes) + " minutes" : std::to_string(minutes / 60) + " hours";
}

}  // namespace

void seal(FileAnswer& answer, const Seal& seal) {
  answer.certificate = seal.certificate;
  answer.signature = seal.key.sign(sealed_text(answer));
}

Result<void> judge(const FileAnswer& answer, const Expected& expected, Instant now) {
  if (answer.site != expected.site)
    return no("is for site " + answer.site.str() + ", not for " + expected.site.str() + "; take the file to that site");
  if (answer.request != expected.request)
    return no(
        "is to another request than the newest one that was made here; take that one to the hub, or the answer that "
        "belongs to it");
  const auto authority = x509::facts_of(answer.authority);
  if (!authority || authority->digest != expected.authority)
    return no("comes from a hub with another authority than " + expected.authority.str() +
              ", which the command from 'depops site enroll' names; ask who runs the hub");
  const auto server = x509::check_server(answer.certificate, answer.authority, expected.host, now);
  if (!server)
    return no("was signed by somebody whom the pinned authority does not name as " + expected.host + " (" +
              server.error().what + "); ask who runs the hub, and look at this machine's clock");
  if (!x509::said_by(answer.certificate, sealed_text(answer), answer.signature))
    return no("is not what the hub signed: it was damaged or changed on the way; have it written again");
  if (now >= answer.expires)
    return no("ran out " + age_text(now - answer.expires) +
              " ago; take the request to the hub again, with a new token if that ran out, too");
  return {};
}

std::string write(const FileAnswer& answer) {
  json::Value out;
  out.add("site", answer.site.str()).add("request", answer.request.str());
  out.add("issuedMs", std::int64_t{answer.issued.time_since_epoch().count()});
  out.add("expiresMs", std::int64_t{answer.expires.time_since_epoch().count()});
  out.add("said", answer.said).add("authority", answer.authority).add("certificate", answer.certificate);
  out.add("signature", signing::to_base64(answer.signature));
  return json::write(out);
}

Result<FileAnswer> read_file_answer(std::string_view text) {
  if (text.size() > kFileAnswerMax) return Error{Errc::invalid, "longer than 2 MiB"};
  DEPOPS_TRY(const json::Value value, json::parse(text));
  Reader reader(value);
  const auto time = [&](const char* member) {
    return Instant(Millis(static_cast<std::int64_t>(reader.number(member))));
  };
  FileAnswer answer;
  answer.site = reader.name<SiteName>("site");
  answer.request = Digest(reader.text("request", kWhole));
  answer.issued = time("issuedMs");
  answer.expires = time("expiresMs");
  answer.said = reader.text("said", kAnswerMax);
  answer.authority = reader.text("authority", x509::kPemMax);
  answer.certificate = reader.text("certificate", x509::kPemMax);
  answer.signature = reader.bytes("signature", 2 * kFileSignatureMax);
  if (answer.signature.size() > kFileSignatureMax) reader.complain("signature", "is too long");
  if (!is_digest(answer.request.str())) reader.complain("request", "must be sha256: and 64 hex digits");
  DEPOPS_TRY_VOID(reader.finish(false));
  return answer;
}

}  // namespace depops::join

#include "shared/join/renewal.h"

#include "shared/join/members.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::join {
namespace {

constexpr std::string_view kRenewalType = "application/vnd.depops.renewal.v1";
constexpr std::size_t kTlsProofMax = 256;
constexpr std::size_t kSigningProofSize = 64;

// Digests hold no line ends, so that this can be read in one way only.
std::string claim_of(const Renewal& renewal) {
  return std::string(kRenewalType) + "\n" + signing::digest_of(renewal.certificate).str() + "\n" +
         signing::digest_of(renewal.certificate_request).str() + "\n" + signing::to_text(renewal.signing_key) + "\n";
}

}  // namespace

Renewal ask_renewal(std::string certificate, std::string certificate_request, const x509::PrivateKey& tls,
                    const signing::SecretKey& signing) {
  Renewal out{std::move(certificate), std::move(certificate_request), signing.public_key(), "", ""};
  out.tls_proof = tls.sign(claim_of(out));
  out.signing_proof = signing.sign(kRenewalType, claim_of(out));
  return out;
}

bool proven(const Renewal& renewal) {
  const std::string claim = claim_of(renewal);
  return renewal.signing_proof.size() == kSigningProofSize &&
         signing::verify(kRenewalType, claim, renewal.signing_proof, renewal.signing_key) &&
         x509::said_by(renewal.certificate, claim, renewal.tls_proof);
}

std::string write(const Renewal& renewal) {
  json::Value out;
  out.add("certificate", renewal.certificate).add("certificateRequest", renewal.certificate_request);
  out.add("signingKey", signing::to_text(renewal.signing_key)).add("tlsProof", signing::to_base64(renewal.tls_proof));
  out.add("signingProof", signing::to_base64(renewal.signing_proof));
  return json::write(out);
}

Result<Renewal> read_renewal(std::string_view text) {
  if (text.size() > kRequestMax) return Error{Errc::invalid, "longer than 64 KiB"};
  DEPOPS_TRY(const json::Value value, json::parse(text));
  Reader reader(value);
  Renewal renewal;
  renewal.certificate = reader.text("certificate", kCertificateRequestMax);
  renewal.certificate_request = reader.text("certificateRequest", kCertificateRequestMax);
  renewal.signing_key = reader.key("signingKey");
  renewal.tls_proof = reader.bytes("tlsProof", 2 * kTlsProofMax);
  if (renewal.tls_proof.size() > kTlsProofMax) reader.complain("tlsProof", "is too long");
  renewal.signing_proof = reader.bytes("signingProof", 100);
  DEPOPS_TRY_VOID(reader.finish(true));
  return renewal;
}

std::string write_certificate(const std::string& pem) {
  json::Value out;
  out.add("certificate", pem);
  return json::write(out);
}

Result<std::string> read_certificate(std::string_view text) {
  if (text.size() > kAnswerMax) return Error{Errc::invalid, "longer than 1 MiB"};
  DEPOPS_TRY(const json::Value value, json::parse(text));
  Reader reader(value);
  std::string pem = reader.text("certificate", kCertificateRequestMax);
  DEPOPS_TRY_VOID(reader.finish(false));
  return pem;
}

}  // namespace depops::join

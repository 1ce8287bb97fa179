#include "shared/join/file_request.h"

#include "shared/join/members.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::join {
namespace {

constexpr std::string_view kFileRequestType = "application/vnd.depops.join-file.v1";
constexpr std::size_t kFileProofSize = 64;
constexpr std::size_t kDigestSize = 71;

Digest read_digest(Reader& reader, const char* member) {
  Digest digest(reader.text(member, kDigestSize));
  if (!is_digest(digest.str())) reader.complain(member, "must be sha256: and 64 hex digits");
  return digest;
}

std::string signed_text(const FileRequest& request) {
  return claim_of(request).str() + "\n" + request.token_proof.str() + "\n";
}

}  // namespace

// Names and digests hold no line ends, so that this can be read in one way only.
Digest claim_of(const FileRequest& request) {
  return signing::digest_of(std::string(kFileRequestType) + "\n" + request.site.str() + "\n" + request.authority.str() +
                            "\n" + signing::digest_of(request.certificate_request).str() + "\n" + request.fingerprint +
                            "\n" + signing::to_text(request.signing_key) + "\n");
}

// Of one length, so that nobody can go on from one proof to another.
Digest token_proof(const Digest& token_hash, const Digest& claim) {
  return signing::digest_of("depops join token\n" + token_hash.str() + "\n" + claim.str() + "\n");
}

void prove(FileRequest& request, std::string_view token, const signing::SecretKey& key) {
  request.signing_key = key.public_key();
  request.token_proof = token_proof(hash_of(token), claim_of(request));
  request.proof = key.sign(kFileRequestType, signed_text(request));
}

bool proven(const FileRequest& request) {
  return request.proof.size() == kFileProofSize &&
         signing::verify(kFileRequestType, signed_text(request), request.proof, request.signing_key);
}

std::string write(const FileRequest& request) {
  json::Value out;
  out.add("site", request.site.str()).add("caDigest", request.authority.str());
  out.add("certificateRequest", request.certificate_request);
  out.add("signingKey", signing::to_text(request.signing_key)).add("fingerprint", request.fingerprint);
  out.add("tokenProof", request.token_proof.str()).add("proof", signing::to_base64(request.proof));
  return json::write(out);
}

Result<FileRequest> read_file_request(std::string_view text) {
  if (text.size() > kRequestMax) return Error{Errc::invalid, "longer than 64 KiB"};
  DEPOPS_TRY(const json::Value value, json::parse(text));
  Reader reader(value);
  FileRequest request;
  request.site = reader.name<SiteName>("site");
  request.authority = read_digest(reader, "caDigest");
  request.certificate_request = reader.text("certificateRequest", kCertificateRequestMax);
  request.signing_key = reader.key("signingKey");
  request.fingerprint = read_digest(reader, "fingerprint").str();
  request.token_proof = read_digest(reader, "tokenProof");
  request.proof = reader.bytes("proof", 100);
  DEPOPS_TRY_VOID(reader.finish(true));
  return request;
}

Result<Carried> read_carried(std::string_view text) {
  if (text.size() > kRequestMax) return Error{Errc::invalid, "longer than 64 KiB"};
  DEPOPS_TRY(const json::Value value, json::parse(text));
  if (value.is_object() && value.find("tlsProof") != nullptr) {
    DEPOPS_TRY(Renewal renewal, read_renewal(text));
    return Carried(std::move(renewal));
  }
  DEPOPS_TRY(FileRequest request, read_file_request(text));
  return Carried(std::move(request));
}

Digest digest_of(const Carried& request) {
  return std::visit([](const auto& one) { return signing::digest_of(write(one)); }, request);
}

}  // namespace depops::join

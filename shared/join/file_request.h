#pragma once

#include <variant>

#include "shared/join/renewal.h"

// What a site asks in a file that people carry to the hub. Thread: any.
namespace depops::join {

// To join. The token itself is not in it, for whoever carries the file could join with it under another key: only a
// proof of it, over everything else that is said.
struct FileRequest {
  SiteName site;
  Digest authority;                 // of the hub it is for
  std::string certificate_request;  // PEM
  signing::PublicKey signing_key;
  std::string fingerprint;  // of the machine, as in Request
  Digest token_proof;
  std::string proof;  // 64 bytes, over the token's proof, too
};

Digest claim_of(const FileRequest& request);  // all but the proofs
// What only who knows the token (or its hash) can say of a claim.
Digest token_proof(const Digest& token_hash, const Digest& claim);

// Sets both proofs.
void prove(FileRequest& request, std::string_view token, const signing::SecretKey& key);
// Whether the holder of request.signing_key asked for exactly this; the token's proof the hub judges.
bool proven(const FileRequest& request);

std::string write(const FileRequest& request);
// `invalid` names the member.
Result<FileRequest> read_file_request(std::string_view text);

// Either kind of file: to join, or to get the next certificate (what is said at the joining listener, too).
using Carried = std::variant<FileRequest, Renewal>;
Result<Carried> read_carried(std::string_view text);
// Of what it says, however the file is laid out.
Digest digest_of(const Carried& request);

}  // namespace depops::join

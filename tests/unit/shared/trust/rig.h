#pragma once

#include <string>
#include <vector>

#include "shared/trust/accept_root.h"
#include "shared/trust/verify_desired.h"

// A trust root of a small company, and documents that its people sign. A signature is the text "key|type|body": what is
// tested is whose word counts, not Ed25519 (tests/unit/shared/statement does that with real keys).
namespace depops::trust {

bool toy_holds(std::string_view type, std::string_view body, std::string_view signature, const Key& key);
Signature toy_sign(const std::string& key, const Signed& document);

Digest digest(char digit);  // "sha256:" and 64 of it
Instant at(std::int64_t seconds);
Holder holder(const std::string& key, const std::string& person, std::vector<std::string> environments = {});

// root: ann, ben, cem (2 of 3). hub-release: hub-1. approver: alice (two keys), bob, carl everywhere, sara in staging
// only; revoked: "old". break-glass: dora. production has tier production, lab has development. Expires at 1,000 days.
TrustRoot company();

SignedRoot signed_root(const TrustRoot& root, const std::vector<std::string>& keys, std::string body = "");

Subject checkout(const std::string& environment = "production");
Statement says(const std::string& person, const Subject& subject = checkout());
Approval signed_by(const std::string& key, const Statement& statement);

// Generation 8 for site fra-1 with one production rollout that alice and bob approved, signed by hub-1.
Presented wanted();
Presented with_signatures(Presented presented, const std::vector<std::string>& keys = {"hub-1"});
Here fra();

Judgement judged(const Presented& presented, const Here& here = fra(), const TrustRoot& root = company());
std::string code_of(const Judgement& judgement);  // "accepted" or the name of the refusal

}  // namespace depops::trust

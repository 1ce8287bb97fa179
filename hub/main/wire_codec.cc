#include "hub/main/wire_codec.h"

#include "shared/join/file_request.h"
#include "shared/signing/signing.h"
#include "shared/statement/statement.h"
#include "shared/wire/documents.h"
#include "shared/wire/trust.h"

namespace depops::hub {

std::string WireCodec::encode_plan(const rollout::Plan& plan) { return wire::encode_plan(plan); }

Result<rollout::Plan> WireCodec::decode_plan(const std::string& bytes) { return wire::decode_plan(bytes); }

std::string WireCodec::encode_desired(const sync::Desired& desired) { return wire::encode_desired(desired); }

Result<sync::Desired> WireCodec::decode_desired(const std::string& bytes) { return wire::decode_desired(bytes); }

std::string WireCodec::encode_report(const rollout::Report& report) { return wire::encode_report(report); }

Result<rollout::Report> WireCodec::decode_report(const std::string& bytes) { return wire::decode_report(bytes); }

std::string WireCodec::encode_leaf(const audit::Leaf& leaf) { return wire::encode_leaf(leaf); }

Result<audit::Leaf> WireCodec::decode_leaf(const std::string& bytes) { return wire::decode_leaf(bytes); }

Digest WireCodec::digest(const std::string& bytes) { return signing::digest_of(bytes); }

bool WireCodec::same_secret(const Digest& a, const Digest& b) {
  return signing::equal_in_constant_time(a.str(), b.str());
}

Digest WireCodec::token_proof(const Digest& token, const Digest& claim) { return join::token_proof(token, claim); }

Result<trust::SignedRoot> WireCodec::read_trust_root(const std::string& bytes) { return wire::read_trust_root(bytes); }

trust::Approval WireCodec::read_approval(const std::string& envelope) { return statement::read(envelope); }

trust::Verifies WireCodec::verifies() { return wire::holds; }

}  // namespace depops::hub

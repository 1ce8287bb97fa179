#pragma once

#include "hub/ports/codec.h"

namespace depops::hub {

// shared/wire behind the hub's port. Thread: any.
class WireCodec final : public Codec {
 public:
  std::string encode_plan(const rollout::Plan& plan) override;
  Result<rollout::Plan> decode_plan(const std::string& bytes) override;
  std::string encode_desired(const sync::Desired& desired) override;
  Result<sync::Desired> decode_desired(const std::string& bytes) override;
  std::string encode_report(const rollout::Report& report) override;
  Result<rollout::Report> decode_report(const std::string& bytes) override;
  std::string encode_leaf(const audit::Leaf& leaf) override;
  Result<audit::Leaf> decode_leaf(const std::string& bytes) override;
  Digest digest(const std::string& bytes) override;
  bool same_secret(const Digest& a, const Digest& b) override;
  Digest token_proof(const Digest& token, const Digest& claim) override;
  Result<trust::SignedRoot> read_trust_root(const std::string& bytes) override;
  trust::Approval read_approval(const std::string& envelope) override;
  trust::Verifies verifies() override;
};

}  // namespace depops::hub

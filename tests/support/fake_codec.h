#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "hub/ports/codec.h"

namespace depops::tests {

// Values behind short names instead of encodings, and a digest that is no secret: fast, for tests that are not about
// bytes. One object must serve everybody who exchanges bytes, and outlive them.
class FakeCodec : public hub::Codec {
 public:
  std::string encode_plan(const rollout::Plan& plan) override;
  Result<rollout::Plan> decode_plan(const std::string& bytes) override;  // `invalid`: a setting with a zero byte
  std::string encode_desired(const sync::Desired& desired) override;
  Result<sync::Desired> decode_desired(const std::string& bytes) override;
  std::string encode_report(const rollout::Report& report) override;  // also by the site's side
  Result<rollout::Report> decode_report(const std::string& bytes) override;
  std::string encode_leaf(const audit::Leaf& leaf) override;
  Result<audit::Leaf> decode_leaf(const std::string& bytes) override;
  Digest digest(const std::string& bytes) override;
  bool same_secret(const Digest& a, const Digest& b) override { return a == b; }
  Digest token_proof(const Digest& token, const Digest& claim) override { return digest(token.str() + claim.str()); }
  Result<trust::SignedRoot> read_trust_root(const std::string& bytes) override;
  trust::Approval read_approval(const std::string& envelope) override;
  trust::Verifies verifies() override;  // the signature is "KEY ID|TYPE|BODY"

  std::uint64_t times_verified() const { return times_verified_; }  // how often somebody asked for it

  // What people sign, with toy keys.
  std::string add_trust_root(const trust::TrustRoot& root, const std::vector<std::string>& keys);
  std::string add_approval(const trust::Statement& statement, const std::string& key);

 private:
  std::vector<rollout::Plan> plans_;
  std::vector<sync::Desired> desired_;
  std::vector<rollout::Report> reports_;
  std::map<std::tuple<Instant, ServiceName, std::string, std::string>, std::string> notices_;  // both sides encode them
  std::vector<audit::Leaf> leaves_;
  std::vector<trust::SignedRoot> roots_;
  std::vector<trust::Approval> approvals_;
  std::uint64_t times_verified_ = 0;
};

}  // namespace depops::tests

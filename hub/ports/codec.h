#pragma once

#include <string>

#include "shared/audit/leaf.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/rollout/plan.h"
#include "shared/rollout/report.h"
#include "shared/sync/desired.h"
#include "shared/trust/accept_root.h"
#include "shared/trust/approval.h"

namespace depops::hub {

// Bytes and domain values, and the digest. Deterministic: equal values give equal bytes. Thread: the loop's.
class Codec {
 public:
  virtual ~Codec() = default;
  virtual std::string encode_plan(const rollout::Plan& plan) = 0;
  virtual Result<rollout::Plan> decode_plan(const std::string& bytes) = 0;
  virtual std::string encode_desired(const sync::Desired& desired) = 0;
  virtual Result<sync::Desired> decode_desired(const std::string& bytes) = 0;
  virtual std::string encode_report(const rollout::Report& report) = 0;
  virtual Result<rollout::Report> decode_report(const std::string& bytes) = 0;
  virtual std::string encode_leaf(const audit::Leaf& leaf) = 0;
  virtual Result<audit::Leaf> decode_leaf(const std::string& bytes) = 0;
  virtual Digest digest(const std::string& bytes) = 0;  // SHA-256
  // Takes the same time wherever they differ.
  virtual bool same_secret(const Digest& a, const Digest& b) = 0;
  // What a site that knows the token (`token`: its hash) shows of it in a file, about all that it says there.
  virtual Digest token_proof(const Digest& token, const Digest& claim) = 0;

  // As people made them; nothing is verified here. An approval that can not be read has a flaw and no statement.
  virtual Result<trust::SignedRoot> read_trust_root(const std::string& bytes) = 0;
  virtual trust::Approval read_approval(const std::string& envelope) = 0;
  virtual trust::Verifies verifies() = 0;
};

}  // namespace depops::hub

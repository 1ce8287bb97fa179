#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hub/ports/codec.h"

namespace depops::tests {

// Values behind short names instead of encodings, and a digest that is no secret: fast, for tests that are not about
// bytes. One object must serve everybody who exchanges bytes, and outlive them.
class FakeCodec : public hub::Codec {
 public:
  std::string encode_plan(const rollout::Plan& plan) override;
  Result<rollout::Plan> decode_plan(const std::string& bytes) override;
  std::string encode_desired(const sync::Desired& desired) override;
  Result<rollout::Report> decode_report(const std::string& bytes) override;
  std::string encode_leaf(const audit::Leaf& leaf) override;
  Result<audit::Leaf> decode_leaf(const std::string& bytes) override;
  Digest digest(const std::string& bytes) override;

  // The site's side.
  std::string encode_report(const rollout::Report& report);
  Result<sync::Desired> decode_desired(const std::string& bytes) const;

 private:
  std::vector<rollout::Plan> plans_;
  std::vector<sync::Desired> desired_;
  std::vector<rollout::Report> reports_;
  std::vector<audit::Leaf> leaves_;
};

}  // namespace depops::tests

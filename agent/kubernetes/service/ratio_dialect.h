#pragma once

#include "agent/kubernetes/routing/dialect.h"

namespace depops::agent::kubernetes {

// A Service in front of the pods of all versions: the share of the pods is the share of the requests. Writes nothing.
class RatioDialect : public Dialect {
 public:
  RouterCapabilities capabilities() const override { return {.proof = ShareProof::observed}; }
  std::vector<Wanted> kinds() const override;
  bool per_version() const override { return false; }
  std::vector<std::string> field() const override { return {"spec", "selector"}; }
  Result<Held> held(const Look& look) const override;
  Result<Change> change(const Look& look) const override;
  Standing standing(const Look&) const override { return {}; }
  bool leads_to(const Look&, const SetId&) const override { return true; }
};

}  // namespace depops::agent::kubernetes

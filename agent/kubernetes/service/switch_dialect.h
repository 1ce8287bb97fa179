#pragma once

#include "agent/kubernetes/routing/dialect.h"

namespace depops::agent::kubernetes {

// All requests of a Service at once: its selector names the set. Nothing in between, so for blue-green.
class SwitchDialect : public Dialect {
 public:
  RouterCapabilities capabilities() const override;
  std::vector<Wanted> kinds() const override;
  std::vector<std::string> field() const override { return {"spec", "selector", kSetLabel}; }
  Result<Held> held(const Look& look) const override;
  Result<Change> change(const Look& look) const override;
  Standing standing(const Look& look) const override;
  bool leads_to(const Look& look, const SetId& set) const override;
};

}  // namespace depops::agent::kubernetes

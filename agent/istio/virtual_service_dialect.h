#pragma once

#include "agent/kubernetes/routing/dialect.h"

namespace depops::agent::istio {

// VirtualService of Istio: shares are weights of the destinations of one http route, forced routes are http routes
// before all others. Nobody says whether the proxies have taken it up.
class VirtualServiceDialect : public kubernetes::Dialect {
 public:
  RouterCapabilities capabilities() const override;
  std::vector<kubernetes::Wanted> kinds() const override;
  std::vector<std::string> field() const override { return {"spec", "http"}; }
  Result<kubernetes::Held> held(const kubernetes::Look& look) const override;
  Result<kubernetes::Change> change(const kubernetes::Look& look) const override;
  kubernetes::Standing standing(const kubernetes::Look&) const override { return {}; }
  bool leads_to(const kubernetes::Look& look, const SetId& set) const override;
};

}  // namespace depops::agent::istio

#pragma once

#include "agent/kubernetes/routing/dialect.h"

namespace depops::agent::traefik {

// TraefikService with spec.weighted: shares are weights of its services. Nobody says whether Traefik has taken it up.
class TraefikServiceDialect : public kubernetes::Dialect {
 public:
  RouterCapabilities capabilities() const override;
  std::vector<kubernetes::Wanted> kinds() const override;
  std::vector<std::string> field() const override { return {"spec", "weighted"}; }
  Result<kubernetes::Held> held(const kubernetes::Look& look) const override;
  Result<kubernetes::Change> change(const kubernetes::Look& look) const override;
  kubernetes::Standing standing(const kubernetes::Look&) const override { return {}; }
  bool leads_to(const kubernetes::Look& look, const SetId& set) const override;
};

}  // namespace depops::agent::traefik

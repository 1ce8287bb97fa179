#pragma once

#include "agent/ingress_nginx/canary.h"

namespace depops::agent::ingress_nginx {

// The object is the Service in front of all versions, whose selector names the base; beside it stand the Ingress that
// leads to it and a canary of ours. Nobody says whether the controller has taken the canary up.
class IngressDialect : public kubernetes::Dialect {
 public:
  RouterCapabilities capabilities() const override;
  std::vector<kubernetes::Wanted> kinds() const override;
  std::vector<std::string> field() const override { return {"spec", "selector", kubernetes::kSetLabel}; }
  std::vector<kubernetes::Wanted> beside() const override;
  kubernetes::ObjectName own_beside(const ServiceName& service) const override { return canary_name(service); }
  Result<kubernetes::Held> held(const kubernetes::Look& look) const override;
  Result<kubernetes::Change> change(const kubernetes::Look& look) const override;
  kubernetes::Standing standing(const kubernetes::Look& look) const override;
  bool leads_to(const kubernetes::Look& look, const SetId& set) const override;
};

}  // namespace depops::agent::ingress_nginx

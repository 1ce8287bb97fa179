#pragma once

#include "agent/gateway/rules.h"

namespace depops::agent::gateway {

// HTTPRoute and GRPCRoute of the Gateway API: shares are weights of backends, forced routes are rules with a header.
class RouteDialect : public kubernetes::Dialect {
 public:
  explicit RouteDialect(RouteKind kind) : kind_(kind) {}

  RouterCapabilities capabilities() const override;
  std::vector<kubernetes::Wanted> kinds() const override;
  std::vector<std::string> field() const override { return {"spec", "rules"}; }
  Result<kubernetes::Held> held(const kubernetes::Look& look) const override;
  Result<kubernetes::Change> change(const kubernetes::Look& look) const override;
  kubernetes::Standing standing(const kubernetes::Look& look) const override;
  bool leads_to(const kubernetes::Look& look, const SetId& set) const override;

 private:
  RouteKind kind_;
};

}  // namespace depops::agent::gateway

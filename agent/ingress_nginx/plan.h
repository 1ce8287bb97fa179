#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/ingress_nginx/canary.h"

namespace depops::agent::ingress_nginx {

// How the orders are carried out with one Service and one canary.
struct Plan {
  SetId base;                       // what the selector of the Service names; empty: nobody is to get requests
  std::optional<Canary> canary{};   // none: all requests are the base's
  std::vector<std::string> forced;  // routes that are in force with it
  std::string trouble{};            // what of the orders it leaves out, and why; then nothing is forced
};

// `selected`: the set in the selector; `recorded`: the base that our canary names, if there is one. The base changes
// only when it is to get nothing any more. Error: more than two sets are to get requests.
Result<Plan> plan_of(const ServiceRoute& route, const SetId& selected, const SetId& recorded);

}  // namespace depops::agent::ingress_nginx

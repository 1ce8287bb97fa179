#include "agent/ingress_nginx/plan.h"

#include <algorithm>

namespace depops::agent::ingress_nginx {
namespace {

std::vector<SetShare> with_requests(const ServiceRoute& route) {
  std::vector<SetShare> live;
  for (const SetShare& share : route.shares)
    if (share.percent > 0) live.push_back(share);
  return live;
}

SetId choose_base(const std::vector<SetShare>& live, const SetId& selected, const SetId& recorded) {
  for (const SetId& set : {recorded, selected}) {
    const bool gets = std::any_of(live.begin(), live.end(), [&](const SetShare& share) { return share.set == set; });
    if (gets) return set;
  }
  return std::max_element(live.begin(), live.end(), [](const auto& a, const auto& b) { return a.percent < b.percent; })
      ->set;
}

// Why a route can not be forced beside what is already planned; empty: it is.
std::string force(const ForcedRoute& forced, bool base_is_forced, Plan& plan) {
  if (forced.match.key != RouteKey::header) return "only a header can be looked at";
  if (forced.set == plan.base) {
    if (plan.canary && plan.canary->weight > 0)
      return "it leads to " + plan.base.str() + ", but an Ingress can force requests only to the canary, which is " +
             plan.canary->set.str();
    return {};
  }
  if (base_is_forced)
    return "it comes after one that leads to " + plan.base.str() + ", which would lose requests to it";
  if (forced.match.values.size() != 1)
    return std::to_string(forced.match.values.size()) + " values are asked for, one can be looked at";
  if (plan.canary && plan.canary->set != forced.set)
    return "it leads to " + forced.set.str() + ", but there can be one canary, and that is " + plan.canary->set.str();
  if (plan.canary && !plan.canary->header.empty()) return "one can be forced to the canary, and there is one already";
  if (!plan.canary) plan.canary = Canary{forced.set, 0, plan.base};
  plan.canary->header = forced.match.name;
  plan.canary->value = forced.match.values.front();
  return {};
}

}  // namespace

Result<Plan> plan_of(const ServiceRoute& route, const SetId& selected, const SetId& recorded) {
  const std::vector<SetShare> live = with_requests(route);
  if (live.size() > 2)
    return Error{Errc::unsupported,
                 std::to_string(live.size()) + " versions are to get requests, Ingress-NGINX divides them between two"};
  Plan plan;
  if (live.empty()) return plan;
  plan.base = choose_base(live, selected, recorded);
  for (const SetShare& share : live)
    if (share.set != plan.base) plan.canary = Canary{share.set, share.percent, plan.base};
  const std::optional<Canary> unforced = plan.canary;
  bool base_is_forced = false;
  for (const ForcedRoute& forced : route.forced) {
    const std::string lack = force(forced, base_is_forced, plan);
    if (!lack.empty()) {
      plan.trouble = "forced route " + forced.name + ": " + lack;
      plan.canary = unforced;
      plan.forced.clear();
      return plan;
    }
    base_is_forced = base_is_forced || forced.set == plan.base;
    plan.forced.push_back(forced.name);
  }
  return plan;
}

}  // namespace depops::agent::ingress_nginx

#include "agent/kubernetes/service/ratio_dialect.h"

namespace depops::agent::kubernetes {

std::vector<Wanted> RatioDialect::kinds() const { return {{ApiGroup(""), Plural("services"), {ApiVersion("v1")}}}; }

Result<Held> RatioDialect::held(const Look& look) const {
  const std::string& only = look.object["spec"]["selector"][kSetLabel].as_string();
  if (!only.empty())
    return Error{Errc::invalid, "its selector names the set " + only + ", so no other version gets a request; remove " +
                                    kSetLabel + " from it, or choose the router that moves it"};
  Held held;
  for (const SetShare& share : look.route.shares) held.weights[share.set] = 0;
  for (const SliceEndpoint& endpoint : of_service(look.endpoints, look.binding.service.str())) {
    if (!endpoint.ready) continue;
    const SetId set = set_of(look.route, endpoint);
    (set.empty() ? held.others : held.weights[set]) += 1;
  }
  return held;
}

Result<Change> RatioDialect::change(const Look&) const { return Change{}; }

}  // namespace depops::agent::kubernetes

#include "agent/kubernetes/service/ratio_dialect.h"

namespace depops::agent::kubernetes {

std::vector<Wanted> RatioDialect::kinds() const { return {{ApiGroup(""), Plural("services"), {ApiVersion("v1")}}}; }

Result<Held> RatioDialect::held(const Look& look) const {
  const std::string& only = look.object["spec"]["selector"][kSetLabel].as_string();
  if (!only.empty())
    return Error{Errc::invalid, "its selector names the set " + only + ", so no other version gets a request; remove " +
                                    kSetLabel + " from it, or choose the router that moves it"};
  std::vector<SetId> sets;
  for (const SetShare& share : look.route.shares) sets.push_back(share.set);
  Held held;
  for (const SetId& set : sets) held.weights[set] = 0;
  for (const SliceEndpoint& endpoint : of_service(look.endpoints, look.binding.service.str())) {
    if (!endpoint.ready) continue;
    const SetId set = set_of_pod(sets, endpoint.pod);
    (set.empty() ? held.others : held.weights[set]) += 1;
  }
  return held;
}

Result<Change> RatioDialect::change(const Look&) const { return Change{}; }

}  // namespace depops::agent::kubernetes

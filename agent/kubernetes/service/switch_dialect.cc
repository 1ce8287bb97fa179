#include "agent/kubernetes/service/switch_dialect.h"

#include <algorithm>

namespace depops::agent::kubernetes {
namespace {

const json::Value& selector_in(const json::Value& object) { return object["spec"]["selector"]; }
SetId selected_in(const json::Value& object) { return SetId(selector_in(object)[kSetLabel].as_string()); }
std::string pointer_of_set() { return pointer_of({"spec", "selector", kSetLabel}); }

Fields fields_for(const SetId& set) {
  if (set.empty()) return {};
  return {{"the set in the selector", set.str()}};
}

// The set with all requests; none: nobody has any, so it stays where it is.
Result<SetId> ordered_in(const ServiceRoute& route, const SetId& now) {
  for (const SetShare& share : route.shares) {
    if (share.percent == 100) return share.set;
    if (share.percent > 0)
      return Error{Errc::unsupported, "a Service sends all requests to one version, not " +
                                          std::to_string(share.percent) + " % of them; use blueGreen"};
  }
  return now;
}

Change selector_change(const Look& look, const SetId& to) {
  const SetId now = selected_in(look.object);
  Change change{fields_for(to), fenced(look.object)};
  if (to == now) return change;
  change.needed = true;
  if (!now.empty()) change.patch.test(pointer_of_set(), now.str());
  if (to.empty()) {
    change.patch.remove(pointer_of_set());
  } else {
    change.patch.add(pointer_of_set(), to.str());
  }
  return change;
}

}  // namespace

RouterCapabilities SwitchDialect::capabilities() const {
  return {.weights = true, .all_at_once = true, .proof = ShareProof::observed};
}

std::vector<Wanted> SwitchDialect::kinds() const { return {{ApiGroup(""), Plural("services"), {ApiVersion("v1")}}}; }

Result<Held> SwitchDialect::held(const Look& look) const {
  if (selector_in(look.object).members().empty())
    return Error{Errc::invalid,
                 "it has no selector, so it leads to no pods that a version could be chosen among; "
                 "give it the labels that all versions have"};
  Held held;
  const SetId set = selected_in(look.object);
  held.fields = fields_for(set);
  if (set.empty()) {
    held.others = 1;
  } else {
    held.weights[set] = 1;
  }
  return held;
}

Result<Change> SwitchDialect::change(const Look& look) const {
  const SetId now = selected_in(look.object);
  if (look.route.shares.empty()) return selector_change(look, {});
  DEPOPS_TRY(const SetId to, ordered_in(look.route, now));
  const std::uint32_t here = ready_in(of_service(look.endpoints, look.binding.service.str()));
  if (to != now && here > 0 && ready_in(of_service(look.endpoints, to.str())) == 0)
    return Error{Errc::refused, "no pod of " + to.str() + " is ready, so the requests stay where they are answered"};
  return selector_change(look, to);
}

// Every ready endpoint belongs to the set, and there is one if the set has any.
Standing SwitchDialect::standing(const Look& look) const {
  const SetId set = selected_in(look.object);
  if (set.empty()) return {};
  const auto& own = of_service(look.endpoints, set.str());
  const auto& here = of_service(look.endpoints, look.binding.service.str());
  std::uint32_t strangers = 0;
  for (const SliceEndpoint& endpoint : here) {
    const bool is_own = std::any_of(own.begin(), own.end(), [&](const auto& one) { return one.pod == endpoint.pod; });
    strangers += endpoint.ready && !is_own ? 1U : 0U;
  }
  if (strangers > 0)
    return {false, std::to_string(strangers) + " endpoints are not of " + set.str() + " and get requests still"};
  if (ready_in(here) == 0 && ready_in(own) > 0)
    return {false, "no endpoint of " + set.str() + " stands in its EndpointSlices yet"};
  return {};
}

bool SwitchDialect::leads_to(const json::Value& object, const SetId& set) const { return selected_in(object) == set; }

}  // namespace depops::agent::kubernetes

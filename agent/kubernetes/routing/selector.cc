#include "agent/kubernetes/routing/selector.h"

#include <algorithm>

namespace depops::agent::kubernetes {
namespace {

std::string pointer_of_set() { return pointer_of({"spec", "selector", kSetLabel}); }

}  // namespace

SetId selected_in(const json::Value& service) { return SetId(service["spec"]["selector"][kSetLabel].as_string()); }

Fields selector_fields(const SetId& set) {
  if (set.empty()) return {};
  return {{"the set in the selector", set.str()}};
}

bool patch_selector(const Look& look, const SetId& to, JsonPatch& patch) {
  const SetId now = selected_in(look.object);
  if (to == now) return false;
  if (!now.empty()) patch.test(pointer_of_set(), now.str());
  if (to.empty()) {
    patch.remove(pointer_of_set());
  } else {
    patch.add(pointer_of_set(), to.str());
  }
  return true;
}

Result<void> may_select(const Look& look, const SetId& to) {
  const std::uint32_t here = ready_in(of_service(look.endpoints, look.binding.service.str()));
  if (to != selected_in(look.object) && here > 0 && ready_in(of_service(look.endpoints, to.str())) == 0)
    return Error{Errc::refused, "no pod of " + to.str() + " is ready, so the requests stay where they are answered"};
  return {};
}

Standing selector_standing(const Look& look) {
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

}  // namespace depops::agent::kubernetes

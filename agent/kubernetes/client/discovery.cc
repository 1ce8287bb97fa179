#include "agent/kubernetes/client/discovery.h"

#include "agent/kubernetes/api/path.h"

namespace depops::agent::kubernetes {

Wanted endpoint_slices() {
  return {ApiGroup("discovery.k8s.io"), Plural("endpointslices"), {ApiVersion("v1"), ApiVersion("v1beta1")}};
}

Wanted pod_disruption_budgets() {
  return {ApiGroup("policy"), Plural("poddisruptionbudgets"), {ApiVersion("v1"), ApiVersion("v1beta1")}};
}

Wanted horizontal_autoscalers() {
  return {ApiGroup("autoscaling"), Plural("horizontalpodautoscalers"), {ApiVersion("v2"), ApiVersion("v2beta2")}};
}

std::optional<Resource> resource_in(const json::Value& list, const ApiGroup& group, const ApiVersion& version,
                                    const Plural& plural) {
  for (const json::Value& item : list["resources"].items()) {
    if (item["name"].as_string() != plural.str()) continue;
    return Resource{group, version, plural, item["kind"].as_string(), item["namespaced"].as_bool()};
  }
  return std::nullopt;
}

Outcome<Resource> Discovery::find(const Wanted& wanted) {
  const auto key = std::pair(wanted.group, wanted.plural);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = found_.find(key); known != found_.end()) return known->second;
  }
  std::string tried;
  for (const ApiVersion& version : wanted.versions) {
    const Asked asked{"get", {wanted.group, version, wanted.plural, "", false}, {}};
    const auto list = client_.page(path_of(wanted.group, version), asked);
    // A group that is not there is not found; any other trouble would choose a version by chance.
    if (!list.ok() && !list.failure().not_found()) return list.failure();
    tried += (tried.empty() ? "" : ", ") + version.str();
    if (!list.ok()) continue;
    if (auto resource = resource_in(*list, wanted.group, version, wanted.plural)) {
      const std::lock_guard lock(mutex_);
      return found_[key] = *resource;
    }
  }
  Failure failure;
  failure.kind = FailureKind::not_found;
  failure.what = "the server has " + wanted.plural.str() + "." + wanted.group.str() + " in none of the versions " +
                 tried + "; install what defines it, or use another server";
  return failure;
}

void Discovery::forget() {
  const std::lock_guard lock(mutex_);
  found_.clear();
}

}  // namespace depops::agent::kubernetes

#include "agent/kubernetes/routing/endpoints.h"

#include <algorithm>

namespace depops::agent::kubernetes {
namespace {

constexpr const char* kServiceName = "kubernetes.io/service-name";

// No word about it means ready.
bool says_ready(const json::Value& conditions) {
  const json::Value* ready = conditions.find("ready");
  return ready == nullptr || ready->is_null() || ready->as_bool();
}

}  // namespace

json::Value kept_of_slice(const json::Value& slice) {
  json::Value endpoints = json::Value::array();
  for (const json::Value& endpoint : slice["endpoints"].items()) {
    const json::Value& conditions = endpoint["conditions"];
    json::Value one;
    one.add("pod", endpoint["targetRef"]["name"]).add("ready", says_ready(conditions));
    one.add("terminating", conditions["terminating"].as_bool());
    endpoints.push(std::move(one));
  }
  json::Value kept;
  kept.add("service", slice["metadata"]["labels"][kServiceName]).add("endpoints", std::move(endpoints));
  return kept;
}

Endpoints endpoints_of(const std::vector<Seen>& slices) {
  Endpoints all;
  for (const Seen& slice : slices) {
    auto& of_one = all[ObjectName(slice.kept["service"].as_string())];
    for (const json::Value& endpoint : slice.kept["endpoints"].items()) {
      const EndpointId pod(endpoint["pod"].as_string());
      const bool ready = endpoint["ready"].as_bool();
      const bool terminating = endpoint["terminating"].as_bool();
      const auto known = std::find_if(of_one.begin(), of_one.end(), [&](const auto& one) { return one.pod == pod; });
      if (known == of_one.end()) {
        of_one.push_back({pod, ready, terminating});
      } else {  // on its way from one slice to another
        known->ready = known->ready || ready;
        known->terminating = known->terminating && terminating;
      }
    }
  }
  return all;
}

const std::vector<SliceEndpoint>& of_service(const Endpoints& endpoints, const std::string& service) {
  static const std::vector<SliceEndpoint> kNone;
  const auto found = endpoints.find(ObjectName(service));
  return found == endpoints.end() ? kNone : found->second;
}

std::uint32_t ready_in(const std::vector<SliceEndpoint>& endpoints) {
  return static_cast<std::uint32_t>(
      std::count_if(endpoints.begin(), endpoints.end(), [](const auto& endpoint) { return endpoint.ready; }));
}

SetId set_of_pod(const std::vector<SetId>& sets, const EndpointId& pod) {
  const auto found =
      std::find_if(sets.begin(), sets.end(), [&](const SetId& set) { return pod.str().starts_with(set.str() + "-"); });
  return found == sets.end() ? SetId() : *found;
}

}  // namespace depops::agent::kubernetes

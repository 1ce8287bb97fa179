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
    one.add("pod", endpoint["targetRef"]["name"])
        .add("uid", endpoint["targetRef"]["uid"])
        .add("ready", says_ready(conditions));
    one.add("terminating", conditions["terminating"].as_bool());
    endpoints.push(std::move(one));
  }
  json::Value kept;
  kept.add("service", slice["metadata"]["labels"][kServiceName]).add("endpoints", std::move(endpoints));
  return kept;
}

Endpoints endpoints_of(const std::vector<SharedSeen>& slices) {
  Endpoints all;
  for (const SharedSeen& slice : slices) {
    auto& of_one = all[ObjectName(slice->kept["service"].as_string())];
    for (const json::Value& endpoint : slice->kept["endpoints"].items()) {
      const EndpointId pod(endpoint["pod"].as_string());
      const bool ready = endpoint["ready"].as_bool();
      const bool terminating = endpoint["terminating"].as_bool();
      const auto known = std::find_if(of_one.begin(), of_one.end(), [&](const auto& one) { return one.pod == pod; });
      if (known == of_one.end()) {
        of_one.push_back({pod, ready, terminating, Uid(endpoint["uid"].as_string())});
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

const RoutedEndpoint* routed_of(const ServiceRoute& route, const SliceEndpoint& endpoint) {
  const std::string& name = endpoint.pod.str();
  for (const RoutedEndpoint& routed : route.endpoints) {
    if (!routed.id.str().starts_with(name)) continue;
    const std::string rest = routed.id.str().substr(name.size());
    const std::string own = "." + short_of(endpoint.uid);
    const bool restarted = rest.find_first_not_of("0123456789", 1) == std::string::npos;
    if (rest.empty() || (rest[0] == '.' && restarted)) return &routed;
    if (rest == own || rest.starts_with(own + ".") || (rest[0] == '.' && endpoint.uid.empty())) return &routed;
  }
  return nullptr;
}

SetId set_of(const ServiceRoute& route, const SliceEndpoint& endpoint) {
  const RoutedEndpoint* routed = routed_of(route, endpoint);
  const auto found = std::ranges::find_if(route.shares, [&](const SetShare& share) {
    return routed != nullptr ? share.set == routed->set : endpoint.pod.str().starts_with(share.set.str() + "-");
  });
  return found == route.shares.end() ? SetId() : found->set;
}

}  // namespace depops::agent::kubernetes

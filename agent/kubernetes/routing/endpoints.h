#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/kubernetes/watch/store.h"
#include "agent/ports/router.h"

// Which pods get requests, as EndpointSlices (v1 or v1beta1) say.
namespace depops::agent::kubernetes {

struct SliceEndpoint {
  EndpointId pod;  // its name
  bool ready = false;
  bool terminating = false;
  Uid uid{};
  bool operator==(const SliceEndpoint&) const = default;
};

using Endpoints = std::map<ObjectName, std::vector<SliceEndpoint>>;  // by Service, each pod once

// What is kept of a watched slice: the Service it belongs to and its endpoints.
json::Value kept_of_slice(const json::Value& slice);
Endpoints endpoints_of(const std::vector<SharedSeen>& slices);

const std::vector<SliceEndpoint>& of_service(const Endpoints& endpoints, const std::string& service);
std::uint32_t ready_in(const std::vector<SliceEndpoint>& endpoints);

// What the orders call it: its name, behind which may stand its uid and how often it was restarted; null: nothing.
const RoutedEndpoint* routed_of(const ServiceRoute& route, const SliceEndpoint& endpoint);
// The set among those of the orders that it belongs to, by what they say of it, else by its name; empty: none of them.
SetId set_of(const ServiceRoute& route, const SliceEndpoint& endpoint);

}  // namespace depops::agent::kubernetes

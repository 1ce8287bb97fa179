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
  EndpointId pod;
  bool ready = false;
  bool terminating = false;
  bool operator==(const SliceEndpoint&) const = default;
};

using Endpoints = std::map<ObjectName, std::vector<SliceEndpoint>>;  // by Service, each pod once

// What is kept of a watched slice: the Service it belongs to and its endpoints.
json::Value kept_of_slice(const json::Value& slice);
Endpoints endpoints_of(const std::vector<Seen>& slices);

const std::vector<SliceEndpoint>& of_service(const Endpoints& endpoints, const std::string& service);
std::uint32_t ready_in(const std::vector<SliceEndpoint>& endpoints);

// The set among `sets` that a pod belongs to, by its name; empty: none of them.
SetId set_of_pod(const std::vector<SetId>& sets, const EndpointId& pod);

}  // namespace depops::agent::kubernetes

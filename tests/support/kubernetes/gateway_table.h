#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/json/value.h"

// Where a data plane sends requests, read from objects of the API as anybody else would read them. Pure.
namespace depops::test {

struct Target {
  std::string set;  // what the name of the pod begins with
  std::string host;
  std::uint16_t port = 0;
};

struct WeightedTargets {
  std::string service;
  std::uint64_t weight = 0;
  std::vector<Target> ready;
};

using GatewayTable = std::vector<WeightedTargets>;

// Those that are ready, of EndpointSlices (v1 or v1beta1) of that Service.
std::vector<Target> targets_of(const std::string& service, const std::vector<json::Value>& slices);

// The first rule of an HTTPRoute or GRPCRoute without a condition beyond a path: its backends with their weights.
GatewayTable table_of_route(const json::Value& route, const std::vector<json::Value>& slices);
// The first http route of a VirtualService without a match. As Istio has it, a destination that is alone gets all, and
// one of several without a weight gets nothing.
GatewayTable table_of_virtual_service(const json::Value& object, const std::vector<json::Value>& slices);
// The weighted services of a TraefikService; without a weight it is 1.
GatewayTable table_of_traefik_service(const json::Value& object, const std::vector<json::Value>& slices);
// The first path of that Ingress, and the canary among all of its namespace for the same host and path. As
// Ingress-NGINX has it, a canary counts only while both its own Service and the one beside it have an endpoint, and if
// these are two.
GatewayTable table_of_ingress(const json::Value& front, const std::vector<json::Value>& ingresses,
                              const std::vector<json::Value>& slices);
GatewayTable table_of_service(const std::string& service, const std::vector<json::Value>& slices);

// `draw`: from 0 to 1. Null: all weights are 0. As Gateway API has it, a backend without an endpoint gets its share,
// too, and fails.
const WeightedTargets* choose(const GatewayTable& table, double draw);

}  // namespace depops::test

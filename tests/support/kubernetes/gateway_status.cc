#include "tests/support/kubernetes/gateway_status.h"

namespace depops::test {
namespace {

json::Value route_condition(const char* type, bool holds, const std::string& message, std::int64_t generation) {
  json::Value value;
  value.add("type", type).add("status", holds ? "True" : "False").add("reason", holds ? type : "BackendNotFound");
  value.add("message", message).add("observedGeneration", generation);
  return value.add("lastTransitionTime", "2026-11-26T00:00:00Z");
}

}  // namespace

json::Value status_of_route(const json::Value& route, const std::string& missing) {
  const std::int64_t generation = route["metadata"]["generation"].as_int();
  json::Value parent;
  parent.add("parentRef", route["spec"]["parentRefs"].items().at(0));
  parent.add("controllerName", "example.com/test-gateway");
  parent.add("conditions", json::Value::array()
                               .push(route_condition("Accepted", true, "", generation))
                               .push(route_condition("ResolvedRefs", missing.empty(), missing, generation)));
  json::Value status;
  status.add("parents", json::Value::array().push(std::move(parent)));
  json::Value body;
  return body.add("status", std::move(status));
}

}  // namespace depops::test

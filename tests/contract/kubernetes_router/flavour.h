#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/kubernetes/routing/object_router.h"
#include "tests/contract/kubernetes/visitor.h"

namespace depops::test {

// One kind of router on Kubernetes, and what a user and a controller do with its objects.
struct Flavour {
  using Make =
      std::function<std::unique_ptr<agent::Router>(kube::ObjectRouterSettings, kube::Connection&, const ports::Clock&)>;
  std::string name;
  std::string definition;  // a CustomResourceDefinition; empty: every server has the kind
  kube::Resource resource;
  std::string object;  // as a user made it, without its namespace
  std::string rule;
  std::string list;          // where the weights stand: a pointer to the list of backends
  std::string host{"name"};  // where in such a backend its name stands: "destination/host"
  bool answers = false;      // a controller says that it has taken the object up
  Make make;
  std::string front{};  // an Ingress that leads to the object, as a user made it; empty: none is needed
  kube::Resource front_resource{};
};

Flavour http_route();
Flavour http_route_without_names();  // as servers have it that know no rule names
Flavour grpc_route();
Flavour virtual_service();
Flavour traefik_service(const std::string& group);
Flavour service_switch();
Flavour replica_ratio();
Flavour ingress_nginx();

std::vector<Flavour> weighted_flavours();  // those that divide by any weight

json::Value parsed(const std::string& text);
// What stands at a JSON pointer; null if nothing does.
const json::Value& at_pointer(const json::Value& tree, const std::string& pointer);

}  // namespace depops::test

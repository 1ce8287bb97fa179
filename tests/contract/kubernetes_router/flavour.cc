#include "tests/contract/kubernetes_router/flavour.h"

#include <stdexcept>

#include "agent/gateway/gateway_router.h"
#include "agent/ingress_nginx/ingress_nginx_router.h"
#include "agent/istio/istio_router.h"
#include "agent/kubernetes/service/service_router.h"
#include "agent/traefik/traefik_router.h"
#include "shared/json/parse.h"
#include "tests/contract/kubernetes_router/definitions.h"

namespace depops::test {
namespace {

constexpr const char* kGateway = "gateway.networking.k8s.io";

kube::Resource resource(const std::string& group, const std::string& version, const std::string& plural,
                        const std::string& kind) {
  return {kube::ApiGroup(group), kube::ApiVersion(version), kube::Plural(plural), kind, true};
}

std::string metadata_of(const std::string& name) {
  return R"("metadata":{"name":")" + name + R"(","labels":{"team":"payments"},"annotations":{"owner":"ana"}})";
}

std::string gateway_object(const std::string& kind, const std::string& version, const std::string& name) {
  const auto named = [&](const char* rule) { return name.empty() ? "" : R"("name":")" + std::string(rule) + "\","; };
  return R"({"apiVersion":"gateway.networking.k8s.io/)" + version + R"(","kind":")" + kind + "\"," +
         metadata_of("shop") + R"(,"spec":{"parentRefs":[{"name":"public"}],"hostnames":["shop.example"],"rules":[{)" +
         named("pictures") + R"("matches":[{"headers":[{"name":"x-pictures","value":"1"}]}],)" +
         R"("filters":[{"type":"RequestHeaderModifier"}],"backendRefs":[{"name":"pictures","port":80}]},{)" +
         named(name.c_str()) + R"("backendRefs":[{"name":"checkout","port":80}]}]}})";
}

Flavour::Make gateway(agent::gateway::RouteKind kind) {
  return [kind](kube::ObjectRouterSettings settings, kube::Connection& connection, const ports::Clock& clock) {
    return agent::make_gateway_router(kind, std::move(settings), connection, clock);
  };
}

std::string plain_service() {
  return R"({"apiVersion":"v1","kind":"Service",)" + metadata_of("checkout") +
         R"(,"spec":{"selector":{"app":"checkout"},"ports":[{"name":"http","port":80,"protocol":"TCP",)" +
         R"("targetPort":8080}]}})";
}

}  // namespace

json::Value parsed(const std::string& text) {
  auto value = json::parse(text);
  if (!value.ok()) throw std::runtime_error(value.error().what + " in " + text);
  return std::move(*value);
}

const json::Value& at_pointer(const json::Value& tree, const std::string& pointer) {
  static const json::Value kNothing;
  const json::Value* here = &tree;
  for (std::size_t from = 0; from < pointer.size();) {
    const std::size_t to = std::min(pointer.find('/', from + 1), pointer.size());
    const std::string name = pointer.substr(from + 1, to - from - 1);
    if (here->is_array()) {
      const std::size_t index = std::stoul(name);
      if (index >= here->items().size()) return kNothing;
      here = &here->items()[index];
    } else {
      here = &(*here)[name];
    }
    from = to;
  }
  return *here;
}

Flavour http_route() {
  return {"HTTPRoute",
          gateway_definition("HTTPRoute", "httproutes"),
          resource(kGateway, "v1", "httproutes", "HTTPRoute"),
          gateway_object("HTTPRoute", "v1", "main"),
          "main",
          "/spec/rules/1/backendRefs",
          "name",
          true,
          gateway(agent::gateway::RouteKind::http)};
}

Flavour http_route_without_names() {
  Flavour flavour = http_route();
  flavour.name = "HTTPRoute without rule names";
  flavour.object = gateway_object("HTTPRoute", "v1", "");
  flavour.rule = "";
  return flavour;
}

Flavour grpc_route() {
  Flavour flavour = http_route();
  flavour.name = "GRPCRoute";
  flavour.definition = gateway_definition("GRPCRoute", "grpcroutes");
  flavour.resource = resource(kGateway, "v1", "grpcroutes", "GRPCRoute");
  flavour.object = gateway_object("GRPCRoute", "v1", "main");
  flavour.make = gateway(agent::gateway::RouteKind::grpc);
  return flavour;
}

Flavour virtual_service() {
  return {"VirtualService",
          plain_definition("networking.istio.io", "VirtualService", "virtualservices", "v1beta1"),
          resource("networking.istio.io", "v1beta1", "virtualservices", "VirtualService"),
          R"({"apiVersion":"networking.istio.io/v1beta1","kind":"VirtualService",)" + metadata_of("shop") +
              R"(,"spec":{"hosts":["shop.example"],"http":[{"name":"pictures","match":[{"uri":{"prefix":"/p"}}],)" +
              R"("route":[{"destination":{"host":"pictures"}}]},{"name":"main",)" +
              R"("route":[{"destination":{"host":"checkout","port":{"number":80}}}]}]}})",
          "main",
          "/spec/http/1/route",
          "destination/host",
          false,
          agent::make_istio_router};
}

Flavour traefik_service(const std::string& group) {
  return {"TraefikService of " + group,
          plain_definition(group, "TraefikService", "traefikservices", "v1alpha1"),
          resource(group, "v1alpha1", "traefikservices", "TraefikService"),
          R"({"apiVersion":")" + group + R"(/v1alpha1","kind":"TraefikService",)" + metadata_of("shop") +
              R"(,"spec":{"weighted":{"sticky":{"cookie":{"name":"s"}},"services":[{"name":"checkout","port":80}]}}})",
          "",
          "/spec/weighted/services",
          "name",
          false,
          agent::make_traefik_router};
}

Flavour service_switch() {
  return {"Service selector",        "", resource("", "v1", "services", "Service"), plain_service(), "", "", "", false,
          agent::make_service_switch};
}

Flavour replica_ratio() {
  Flavour flavour = service_switch();
  flavour.name = "replica ratio";
  flavour.make = agent::make_replica_ratio;
  return flavour;
}

Flavour ingress_nginx() {
  Flavour flavour = service_switch();
  flavour.name = "Ingress-NGINX";
  flavour.answers = true;
  flavour.make = agent::make_ingress_nginx_router;
  flavour.front_resource = resource("networking.k8s.io", "v1", "ingresses", "Ingress");
  const auto path = [](const char* where, const char* service) {
    return R"({"path":")" + std::string(where) + R"(","pathType":"Prefix","backend":{"service":{"name":")" + service +
           R"(","port":{"name":"http"}}}})";
  };
  flavour.front = R"({"apiVersion":"networking.k8s.io/v1","kind":"Ingress",)" + metadata_of("shop") +
                  R"(,"spec":{"ingressClassName":"nginx","tls":[{"hosts":["shop.example"],"secretName":"shop"}],)" +
                  R"("rules":[{"host":"shop.example","http":{"paths":[)" + path("/pictures", "pictures") + "," +
                  path("/", "checkout") + R"(]}},{"host":"pictures.example","http":{"paths":[)" +
                  path("/", "pictures") + "]}}]}}";
  return flavour;
}

std::vector<Flavour> weighted_flavours() {
  return {http_route(), grpc_route(), virtual_service(), traefik_service("traefik.io")};
}

}  // namespace depops::test

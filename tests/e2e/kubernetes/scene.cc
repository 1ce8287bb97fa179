#include "tests/e2e/kubernetes/scene.h"

#include <algorithm>

#include "shared/http/http_get.h"
#include "tests/e2e/kubernetes/artifact.h"

namespace depops::stage {
namespace {

constexpr int kRequestsPerSecond = 50;
constexpr Seconds kPatience{60};  // all of it runs beside other tests: what is late is not lost

constexpr const char* kCanary =
    "        canary:\n          stepTimeout: 1m\n          steps:\n            - setWeight: 20\n"
    "            - analysis: {template: errors, duration: 5s}\n            - setWeight: 60\n"
    "            - analysis: {template: errors, duration: 2s}\n            - setWeight: 100\n"
    "      rollback: {scope: wave}\n";

constexpr const char* kBlueGreen =
    "        blueGreen:\n          stepTimeout: 1m\n          keepOldFor: 1m\n          afterSwitch:\n"
    "            - analysis: {template: share, duration: 6s}\n      rollback: {scope: wave}\n";

constexpr const char* kByNumber =
    "        canary:\n          stepTimeout: 1m\n          maxSurge: 1\n          maxUnavailable: 0\n          steps:\n"
    "            - setWeight: 25\n            - analysis: {template: errors, duration: 5s}\n"
    "            - setWeight: 50\n            - analysis: {template: errors, duration: 2s}\n"
    "      rollback: {scope: wave}\n";

std::string analysis(const std::string& name, const std::string& rule) {
  return "---\napiVersion: depops/v1\nkind: AnalysisTemplate\nmetadata: {name: " + name +
         "}\nspec:\n  metrics:\n    - name: answers\n      provider:\n        prometheus:\n"
         "          requests: 'sum by (instance) (gateway_requests_total{set=\"{{set}}\"})'\n"
         "          errors: 'sum by (instance) (gateway_requests_total{set=\"{{set}}\",code=~\"5..\"})'\n      " +
         rule + "\n      interval: 1s\n      initialDelay: 500ms\n      minRequests: 10\n      noDataLimit: 20\n";
}

std::string meta(const std::string& name, const std::string& space) {
  return R"("metadata":{"name":")" + name + R"(","namespace":")" + space + "\"}";
}

}  // namespace

Way by_route() {
  return {"route",
          "{gateway: {services: {checkout: {route: shop, service: checkout, port: 80, targetPort: web}}}}",
          "router-gateway.yaml",
          test::Gateway::By::http_route,
          2,
          20,
          kCanary,
          R"({"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","spec":{"parentRefs":[{"name":"public"}],)"
          R"("rules":[{"name":"main","backendRefs":[{"name":"checkout","port":80}]}]}})"};
}

Way by_grpc_route() {
  Way way = by_route();
  way.name = "grpc";
  way.router =
      "{gateway: {kind: GRPCRoute, services: {checkout: {route: shop, service: checkout, port: 80, targetPort: web}}}}";
  way.by = test::Gateway::By::grpc_route;
  way.object.replace(way.object.find("HTTPRoute"), 9, "GRPCRoute");
  return way;
}

Way by_virtual_service() {
  return {"istio",
          "{istio: {services: {checkout: {virtualService: shop, service: checkout, port: 80, targetPort: web}}}}",
          "router-istio.yaml",
          test::Gateway::By::virtual_service,
          2,
          20,
          kCanary,
          R"({"apiVersion":"networking.istio.io/v1beta1","kind":"VirtualService","spec":{"hosts":["shop.example"],)"
          R"("http":[{"name":"main","route":[{"destination":{"host":"checkout","port":{"number":80}}}]}]}})"};
}

Way by_traefik_service() {
  return {"traefik",
          "{traefik: {services: {checkout: {traefikService: shop, service: checkout, port: 80, targetPort: web}}}}",
          "router-traefik.yaml",
          test::Gateway::By::traefik_service,
          2,
          20,
          kCanary,
          R"({"apiVersion":"traefik.io/v1alpha1","kind":"TraefikService","spec":{"weighted":{"services":[)"
          R"({"name":"checkout","port":80}]}}})"};
}

Way by_ingress() {
  return {"ingress",
          "{ingressNginx: {services: {checkout: {ingress: shop, service: checkout, port: 80, targetPort: web}}}}",
          "router-ingress-nginx.yaml",
          test::Gateway::By::ingress,
          2,
          20,
          kCanary,
          R"({"apiVersion":"networking.k8s.io/v1","kind":"Ingress","spec":{"ingressClassName":"nginx","rules":[)"
          R"({"host":"shop.example","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":)"
          R"({"name":"checkout","port":{"name":"web"}}}}]}}]}})"};
}

Way by_switch() {
  return {"switch",
          "{serviceSwitch: {services: {checkout: {service: checkout}}}}",
          "router-service.yaml",
          test::Gateway::By::service,
          2,
          100,
          kBlueGreen};
}

Way by_ratio() {
  return {"ratio",
          "{replicaRatio: {services: {checkout: {service: checkout}}}}",
          "router-service.yaml",
          test::Gateway::By::service,
          4,
          25,
          kByNumber};
}

Scene::Scene(const Way& way, const Before& before)
    : cluster(Cluster::get()),
      stage("kubernetes-" + way.name),
      space(cluster.fresh_namespace(way.name)),
      site(stage, kSite, kSite),
      way_(way) {
  make_objects();
  const test::Gateway::Order order{space, way.by, way.object.empty() ? kService : "shop", site.port(),
                                   site.spare_port()};
  gateway = std::make_unique<test::Gateway>(cluster.server(), order);
  prometheus = std::make_unique<test::PrometheusServer>(site.spare_port());
  if (before) before(*this);
  site.run_on(settings_of(space));
  stage.depops({"env", "create", kSite, "--tier", "production"});
  stage.apply(documents());
  site.set_up();
  if (before) {
    wait_until("the agent answers", kLong, [&] { return !site.view().is_null(); });
    return;
  }
  if (const std::string state = rolled_out("1.0"); state != "completed") throw Trouble("version 1.0 is " + state);
  start_stream();
}

// A data plane that says nothing of what it has taken up is waited for by asking it.
void Scene::start_stream() {
  wait_until("the data plane answers", kLong, [&] {
    const auto answer = http::http_ask({"127.0.0.1", site.port(), "/", "", false}, Millis(5'000), 1 << 16);
    return answer.ok() && answer->status == 200;
  });
  site.start_stream(kRequestsPerSecond, kPatience);
}

std::string Scene::settings_of(const std::string& in) {
  const std::string file = stage.folder("kubeconfig-" + in);
  write_file(file, cluster.login_of_agent(in, way_.role));
  return "runtime:\n  kubernetes: {kubeconfig: " + file + ", namespace: " + in + "}\nrouter: " + way_.router +
         "\nsources: {prometheus: {url: \"" + prometheus->url() + "\"}}";
}

void Scene::make_objects() {
  cluster.make(R"({"apiVersion":"v1","kind":"Service",)" + meta(kService, space) +
               R"(,"spec":{"selector":{"app":"checkout"},"ports":[{"name":"web","port":80,"targetPort":"web"}]}})");
  if (way_.object.empty()) return;
  std::string object = way_.object;
  cluster.make(object.insert(object.find("\"spec\""), meta("shop", space) + ","));
}

std::string Scene::documents() const {
  return std::string("apiVersion: depops/v1\nkind: Pipeline\nmetadata: {name: ") + kService +
         "}\nspec:\n  workload:\n    kubernetes: {manifests: [k8s/], replicas: " + std::to_string(way_.replicas) +
         ", drain: 3s}\n  environments:\n"
         "    - name: " +
         kSite + "\n      strategy:\n" + way_.strategy +
         analysis("errors", "test: {errors: {alpha: 0.05, toleratedRatio: 1}}") +
         analysis("share", "failWhen: errors / requests > 0.05") +
         "---\napiVersion: depops/v1\nkind: AnalysisTemplate\nmetadata: {name: smoke}\nspec:\n  metrics:\n"
         "    - {name: smoke, provider: {job: {manifest: jobs/smoke.yaml, timeout: 1m}}}\n";
}

std::string Scene::manifest_of(const std::string& label, const std::string& error_share) const {
  return deployment_of(label, cluster.pod_port(), error_share);
}

void Scene::publish(const std::string& label, const std::string& error_share) {
  publish_manifest(stage, label, manifest_of(label, error_share));
}

std::string Scene::rolled_out(const std::string& label) {
  publish(label);
  return ended(stage.deploy(label, kSite));
}

void Scene::wait_for_share(const std::string& version, unsigned least) {
  wait_until(
      version + " gets " + std::to_string(least) + " % of the requests", kLong,
      [&] {
        const json::Value status = site.status();
        return std::ranges::any_of(status["sets"].items(), [&](const json::Value& set) {
          return set["version"].as_string() == version && set["weight"].as_uint() >= least;
        });
      },
      [&] { return site.tell_agent("status"); });
}

std::vector<std::string> Scene::failed_requests(const std::vector<std::string>& bad) {
  std::vector<std::string> lines = site.requests();
  std::erase_if(lines, [&](const std::string& line) {
    return line.find(" 200 ") != std::string::npos || std::ranges::any_of(bad, [&](const std::string& version) {
             return line.find(" " + version + " 500 ") != std::string::npos;
           });
  });
  return lines;
}

std::size_t Scene::answers_of(const std::string& version) {
  const auto lines = site.requests();
  return static_cast<std::size_t>(std::ranges::count_if(
      lines, [&](const std::string& line) { return line.find(" " + version + " 200 ") != std::string::npos; }));
}

void Scene::wait_for_answers(std::size_t more) {
  const std::size_t enough = site.requests().size() + more;
  wait_until("more requests are answered", kLong, [&] { return site.requests().size() >= enough; });
}

}  // namespace depops::stage

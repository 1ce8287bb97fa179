#include "agent/kubernetes/inspection/inspect.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/contract/kubernetes_rights/site_in_cluster.h"
#include "tests/support/kubernetes/agent_login.h"

namespace depops::test {
namespace {

using kube::Divides;
using kube::Finding;
using Kind = Finding::Kind;

// Somebody with these credentials who looks.
std::vector<Finding> looks(const kube::AccessConfig& config, const kube::InspectionOrder& order) {
  clock::SystemClock clock;
  kube::Access access(config);
  kube::Connection connection(access, clock);
  kube::Client client(connection, kube::FieldManager("depops-agent-check"),
                      {[](Millis) { return false; }, [] { return 0.0; }});
  return kube::inspect(client, order);
}

kube::InspectionOrder in(const kube::Namespace& space) {
  kube::InspectionOrder order;
  order.space = space;
  return order;
}

const Finding* about(const std::vector<Finding>& findings, const std::string& what) {
  const auto found = std::ranges::find(findings, what, &Finding::what);
  return found == findings.end() ? nullptr : &*found;
}

std::set<std::string> rights_of(Divides divides, bool marks, kube::Kinds versions = {}) {
  std::set<std::string> rights;
  for (const kube::Right& right : kube::rights_needed(divides, marks, versions))
    rights.insert(right.verb + " " + right.group.str() + "/" + right.resource);
  return rights;
}

std::set<std::string> without_kinds(std::set<std::string> rights, const std::vector<std::string>& kinds) {
  std::erase_if(rights, [&](const std::string& right) {
    return std::ranges::any_of(kinds, [&](const std::string& kind) { return right.find(kind) != std::string::npos; });
  });
  return rights;
}

}  // namespace

TEST_CASE("what is checked is what the roles grant") {
  const std::string role = "namespace/role.yaml";
  CHECK(rights_of(Divides::nothing, true) == rights_in({role}));
  CHECK(without_kinds(rights_of(Divides::nothing, false), {"/pods"}) == without_kinds(rights_in({role}), {"/pods"}));
  CHECK(rights_of(Divides::nothing, false).contains(*rights_in({"namespace/before-1.22.yaml"}).begin()));
  const std::set<std::string> stateful = rights_in({role, "namespace/statefulset.yaml"});
  CHECK(rights_of(Divides::nothing, true, {true, false}) == stateful);
  CHECK(without_kinds(rights_of(Divides::nothing, false, {true, false}), {"/pods"}) ==
        without_kinds(stateful, {"/pods"}));
  const std::set<std::string> daemons = rights_in({role, "namespace/daemonset.yaml"});
  CHECK(rights_of(Divides::nothing, true, {false, true}) == daemons);
  CHECK(without_kinds(rights_of(Divides::nothing, false, {false, true}), {"/pods"}) ==
        without_kinds(daemons, {"/pods"}));
  CHECK(rights_of(Divides::services, true) == rights_in({role, "namespace/router-service.yaml"}));
  CHECK(rights_of(Divides::http_routes, true) ==
        without_kinds(rights_in({role, "namespace/router-gateway.yaml"}), {"grpcroutes"}));
  CHECK(rights_of(Divides::grpc_routes, true) ==
        without_kinds(rights_in({role, "namespace/router-gateway.yaml"}), {"httproutes"}));
  CHECK(rights_of(Divides::virtual_services, true) == rights_in({role, "namespace/router-istio.yaml"}));
  CHECK(rights_of(Divides::traefik_services, true) == rights_in({role, "namespace/router-traefik.yaml"}));
  CHECK(rights_of(Divides::ingresses, true) == rights_in({role, "namespace/router-ingress-nginx.yaml"}));
}

TEST_CASE("under the role of the manifests all is well, and every right is named") {
  KubernetesWorld world;
  const auto findings = looks(world.settings.access, in(world.space()));
  for (const Finding& one : findings) {
    INFO(one.what + ": " + one.said);
    CHECK(one.kind != Kind::failed);
  }
  CHECK(findings.front().what == "API server");
  CHECK(findings.front().said.starts_with("Kubernetes 1."));
  CHECK(about(findings, "may patch deployments.apps/scale") != nullptr);
  CHECK(about(findings, "may get pods/log") != nullptr);
  CHECK(about(findings, "Lease depops-agent")->said == "nobody holds it");
  CHECK(findings.size() > 25);
}

TEST_CASE("each right that is missing is told with the line of a Role that grants it") {
  KubernetesWorld world;
  auto nobody = world.settings.access;
  nobody.token = kubernetes_server().plain_token();
  const auto findings = looks(nobody, in(world.space()));
  const Finding* log = about(findings, "may get pods/log");
  REQUIRE(log != nullptr);
  CHECK(log->kind == Kind::failed);
  CHECK(log->said.find("namespace " + world.space().str()) != std::string::npos);
  CHECK(log->said.ends_with(R"(- {apiGroups: [""], resources: ["pods/log"], verbs: ["get"]})"));
  const auto missing = std::ranges::count_if(
      findings, [](const Finding& one) { return one.what.starts_with("may ") && one.kind == Kind::failed; });
  CHECK(static_cast<std::size_t>(missing) == kube::rights_needed(Divides::nothing, true, {}).size());
}

TEST_CASE("that nodes may not be read is a note where versions may be DaemonSets, and nothing where they may not") {
  KubernetesWorld world({"namespace/role.yaml", "namespace/daemonset.yaml"});
  kube::InspectionOrder order = in(world.space());
  CHECK(about(looks(world.settings.access, order), "may list nodes") == nullptr);
  order.versions.daemons = true;
  const auto findings = looks(world.settings.access, order);
  const Finding* nodes = about(findings, "may list nodes");
  REQUIRE(nodes != nullptr);
  CHECK(nodes->kind == Kind::note);
  CHECK(nodes->said.find("cluster-wide/cluster-role-nodes.yaml grants it") != std::string::npos);
  CHECK(about(findings, "may patch daemonsets.apps")->kind == Kind::well);
}

TEST_CASE("objects that divide requests are found, or told as missing with what to do") {
  KubernetesWorld world;
  const auto login = agent_login(kubernetes_server(), world.space(), {"namespace/router-service.yaml"});
  const kube::Resource services{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("services"), "Service", true};
  json::Value port;
  json::Value spec;
  spec.add("ports", json::Value::array().push(port.add("port", 80)));
  json::Value meta;
  json::Value body;
  body.add("apiVersion", "v1").add("kind", "Service").add("metadata", meta.add("name", "checkout"));
  body.add("spec", std::move(spec));
  REQUIRE(world.admin().create(services, world.space(), body).ok());
  kube::InspectionOrder order = in(world.space());
  order.divides = Divides::services;
  order.kinds = {{kube::ApiGroup(""), kube::Plural("services"), {kube::ApiVersion("v1")}}};
  order.objects = {kube::ObjectName("checkout"), kube::ObjectName("mail")};
  auto findings = looks(login, order);
  CHECK(about(findings, "Service checkout")->kind == Kind::well);
  CHECK(about(findings, "Service mail")->kind == Kind::failed);
  CHECK(about(findings, "Service mail")->said.find("make it, or name another one") != std::string::npos);
  order.kinds = {{kube::ApiGroup("none.example"), kube::Plural("routes"), {kube::ApiVersion("v1")}}};
  findings = looks(login, order);
  CHECK(about(findings, "what divides requests")->kind == Kind::failed);
}

TEST_CASE("a server that does not answer, or knows nobody, is one line and nothing else is asked") {
  KubernetesWorld world;
  auto login = world.settings.access;
  login.token = "nobody's";
  const auto unknown = looks(login, in(world.space()));
  REQUIRE(unknown.size() == 1);
  CHECK(unknown[0].said.find("the credentials are not accepted") != std::string::npos);
  login.server.port = 1;
  const auto away = looks(login, in(world.space()));
  REQUIRE(away.size() == 1);
  CHECK(away[0].kind == Kind::failed);
  CHECK(away[0].what == "API server");
}

}  // namespace depops::test

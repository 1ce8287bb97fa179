#include "agent/kubernetes/workloads/adoption.h"

#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "tests/unit/agent/kubernetes/workloads/place_site.h"

namespace depops::test {
namespace {

Adopted old_one(const std::string& scaled_by = "kubectl-client-side-apply", std::uint32_t replicas = 3) {
  return {{Namespace("shop"), ObjectName("web")}, Uid("u-1"), ServiceName("checkout"), replicas, scaled_by, false};
}

json::Value parsed_json(const std::string& text) {
  auto value = json::parse(text);
  REQUIRE(value.ok());
  return *value;
}

json::Value autoscaler(const std::string& kind, const std::string& name) {
  return parsed_json(R"({"metadata":{"name":"busy"},"spec":{"scaleTargetRef":{"kind":")" + kind + R"(","name":")" +
                     name + "\"}}}");
}

// A site whose service is all there and at rest.
Site serving() {
  Site site;
  site.wish({order("checkout-000000000001", 2)});
  site.settle();
  site.cluster.adopted.push_back(old_one());
  site.orders->at_rest = {ServiceName("checkout")};
  return site;
}

}  // namespace

TEST_CASE("a Deployment to be adopted is known by its label and has no set; one without either is nobody's of ours") {
  Seen seen;
  seen.kept = keep_of_deployment(parsed_json(
      R"({"metadata":{"labels":{"depops.io/site":"fra-1","depops.io/service":"checkout","depops.io/adopt":"yes"},)"
      R"("managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{"f:replicas":{}}}}]},"spec":{"replicas":3}})"));
  Cluster cluster;
  add_deployment(cluster, seen);
  CHECK(cluster.workloads.empty());
  REQUIRE(cluster.adopted.size() == 1);
  CHECK(cluster.adopted[0].service == ServiceName("checkout"));
  CHECK(cluster.adopted[0].replicas == 3);
  CHECK(cluster.adopted[0].scaled_by == "kubectl");
  seen.kept = keep_of_deployment(parsed_json(
      R"({"metadata":{"labels":{"depops.io/site":"fra-1","depops.io/service":"checkout"}},"spec":{"replicas":3}})"));
  cluster = {};
  add_deployment(cluster, seen);
  CHECK(cluster.workloads.empty());
  CHECK(cluster.adopted.empty());
}

TEST_CASE("its pods go when the service is whole and at rest for a drain time, and not before") {
  Site site = serving();
  CHECK(site.acts().empty());
  site.now_ms += 4'999;
  CHECK(site.acts().empty());
  site.now_ms += 1;
  const auto acts = site.acts();
  REQUIRE(acts.size() == 1);
  CHECK(std::get<TakeOver>(acts[0]).from == old_one());
  CHECK(set_of(acts[0]) == SetId("checkout-000000000001"));
}

TEST_CASE("they stay while a rollout is under way, a pod is missing, or somebody else's service is meant") {
  Site site = serving();
  SECTION("under way") { site.orders->at_rest.clear(); }
  SECTION("a pod is missing") { site.cluster.pods.front().ready = false; }
  SECTION("another service") { site.cluster.adopted[0].service = ServiceName("ledger"); }
  SECTION("it is deleted anyway") { site.cluster.adopted[0].deleting = true; }
  SECTION("it has none") { site.cluster.adopted[0].replicas = 0; }
  (void)site.acts();
  site.now_ms += 60'000;
  CHECK(site.acts().empty());
}

TEST_CASE("a pod that is lost for a moment begins the time anew") {
  Site site = serving();
  (void)site.acts();
  site.now_ms += 4'000;
  site.cluster.pods.front().ready = false;
  (void)site.acts();
  site.cluster.pods.front().ready = true;
  (void)site.acts();
  site.now_ms += 4'000;
  CHECK(site.acts().empty());
  site.now_ms += 1'000;
  CHECK(site.acts().size() == 1);
}

TEST_CASE(
    "what was taken over from and is scaled up again is told with the writer and the rules, and not fought over") {
  Site site = serving();
  (void)site.acts();
  site.memory.taken.insert(Uid("u-1"));
  site.cluster.adopted[0].scaled_by = "argocd-controller";
  site.now_ms += 60'000;
  CHECK(site.acts().empty());
  const std::string trouble = set_of(site.facts(), "checkout-000000000001").trouble;
  CHECK(trouble.find("was scaled to 3 again by argocd-controller") != std::string::npos);
  CHECK(trouble.find("RespectIgnoreDifferences=true") != std::string::npos);
  CHECK(trouble.find("spec.driftDetection.ignore") != std::string::npos);
  site.cluster.adopted.clear();
  CHECK(set_of(site.facts(), "checkout-000000000001").trouble.empty());
  CHECK(site.memory.taken.empty());
}

TEST_CASE("an autoscaler of it, and a manager that writes its number back, stand against it") {
  CHECK(stands_against(old_one(), {}).empty());
  CHECK(stands_against(old_one(), {autoscaler("Deployment", "other"), autoscaler("StatefulSet", "web")}).empty());
  CHECK(stands_against(old_one("helm"), {}).empty());
  const std::string why = stands_against(old_one(), {autoscaler("Deployment", "web")});
  CHECK(why.find("HorizontalPodAutoscaler busy scales the Deployment web") != std::string::npos);
  CHECK(why.find("kind: Workload, name: checkout") != std::string::npos);
  CHECK(why.find("workload-crd.yaml") != std::string::npos);
  for (const char* manager : {"argocd-controller", "argocd-application-controller", "kustomize-controller",
                              "helm-controller", "flux-client-go"})
    CHECK(stands_against(old_one(manager), {}).find("jsonPointers: [/spec/replicas]") != std::string::npos);
}

TEST_CASE("a StatefulSet that is to be adopted keeps its pods until a version of its service is ordered") {
  PlaceSite site;
  InPlace theirs;
  theirs.uid = Uid("sts");
  theirs.service = ServiceName("checkout");
  theirs.replicas = 3;
  theirs.taken_up = theirs.adopt = true;
  site.cluster.in_place = {theirs};
  site.wish({});
  CHECK(site.acts().empty());
  site.wish_of(3, {order("a", 3)});
  CHECK(site.acts().size() == 1);
}

}  // namespace depops::test

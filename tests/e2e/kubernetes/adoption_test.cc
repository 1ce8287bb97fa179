#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/kubernetes/workloads/adoption.h"
#include "tests/e2e/kubernetes/scene.h"

// What already ran, and had requests, when a service came to DepOps.
namespace depops::stage {
namespace {

std::string target_of_old(const Scene& scene) {
  return "/apis/apps/v1/namespaces/" + scene.space + "/deployments/checkout";
}

// The team's own Deployment behind the team's own Service, and requests that never cease from here on.
void serve_without_us(Scene& scene) {
  std::string manifest = scene.manifest_of("1.0");
  manifest.insert(manifest.find("name: checkout,"), "namespace: " + scene.space + ", ");
  manifest.insert(manifest.find("  selector:"), "  replicas: 2\n");
  scene.cluster.make(manifest);
  scene.start_stream();
  scene.wait_for_answers(50);
}

// `kubectl label deployment checkout ...`, as the product's page says it.
void label(Scene& scene) {
  scene.cluster.patch(target_of_old(scene), R"({"metadata":{"labels":{"depops.io/site":")" + kSite +
                                                R"(","depops.io/service":"checkout","depops.io/adopt":"yes"}}})");
}

void write_replicas(Scene& scene, unsigned replicas, const std::string& manager) {
  scene.cluster.patch(target_of_old(scene) + "?fieldManager=" + manager,
                      R"({"spec":{"replicas":)" + std::to_string(replicas) + "}}");
}

std::uint64_t replicas_of_old(Scene& scene) {
  return scene.cluster.get(target_of_old(scene))["spec"]["replicas"].as_uint();
}

std::size_t deployments(Scene& scene) {
  return scene.cluster.get("/apis/apps/v1/namespaces/" + scene.space + "/deployments")["items"].items().size();
}

// Somebody else keeps writing the number of pods: named, with what he must be told, before anything is made.
std::string refused_for(Scene& scene, const std::string& manager) {
  write_replicas(scene, 3, manager);
  scene.publish("1.0");
  const std::string id = scene.stage.deploy("1.0", kSite);
  const auto said = [&](const std::string& words) {
    return scene.site.tell_agent("status").find(words) != std::string::npos;
  };
  wait_until(
      "the agent names " + manager, kLong, [&] { return said(manager + " writes spec.replicas of the Deployment"); },
      [&] { return scene.site.tell_agent("status"); });
  CHECK(said(agent::kubernetes::ignore_rules(agent::kubernetes::ObjectName("checkout"))));
  CHECK(deployments(scene) == 1);
  CHECK(replicas_of_old(scene) == 3);
  return id;
}

void adopt(Scene& scene, const std::string& manager) {
  label(scene);
  const std::string id = refused_for(scene, manager);
  write_replicas(scene, 2, "kubectl-scale");  // he was told, and a person writes it last
  CHECK(scene.ended(id) == "completed");
  wait_until("what ran before has given its pods up", kLong, [&] { return replicas_of_old(scene) == 0; });
  scene.wait_for_answers(100);
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

void roll_out_the_next(Scene& scene) {
  CHECK(scene.rolled_out("1.1") == "completed");
  CHECK(scene.stable() == "1.1");
  scene.wait_for_answers(100);
  CHECK(scene.answers_of("1.1") > 0);
  CHECK(replicas_of_old(scene) == 0);
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("a Deployment under a stream of requests is taken over without one that fails, once Argo CD lets go of it") {
  Scene scene(by_route(), serve_without_us);
  adopt(scene, "argocd-application-controller");
  roll_out_the_next(scene);
}

TEST_CASE("likewise where pods share the requests of a Service, and Flux has to let go of it", "[.][long]") {
  Scene scene(by_ratio(), serve_without_us);
  adopt(scene, "kustomize-controller");
  roll_out_the_next(scene);
}

}  // namespace depops::stage

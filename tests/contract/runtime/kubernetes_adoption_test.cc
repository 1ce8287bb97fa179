#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/manifests/read_yaml.h"
#include "tests/contract/runtime/kubernetes_shows.h"

// What ran before there were versions.
namespace depops::test {
namespace {

using agent::RuntimeFacts;

const kube::Resource kAutoscalerKind{kube::ApiGroup("autoscaling"), kube::ApiVersion("v2beta2"),
                                     kube::Plural("horizontalpodautoscalers"), "HorizontalPodAutoscaler", true};

// The user's own Deployment, with pods that serve, labelled to be taken over from.
struct Before {
  explicit Before(KubernetesWorld& in) : world(in) {
    auto read = kube::read_manifests(world.manifest("0.9"), "app.yaml");
    REQUIRE(read.ok());
    json::Value labels;
    labels.add("app", "checkout").add("depops.io/site", "fra-1").add("depops.io/service", "checkout");
    labels.add("depops.io/adopt", "yes");
    json::Value meta;
    meta.add("name", "checkout").add("labels", std::move(labels));
    json::Value body = kube::with(kube::with(read->at(0).body, {"metadata"}, std::move(meta)), {"spec", "replicas"}, 2);
    body = kube::with(
        body, {"spec", "template", "spec", "containers"},
        kube::each(at_containers(body), [](const json::Value& one) { return kube::without(one, {"envFrom"}); }));
    const auto made = world.admin().create(kDeploymentKind, world.space(), body);
    REQUIRE((made.ok() ? "" : made.failure().what) == std::string());
    REQUIRE(shows([&] { return pods() == 2; }));
  }
  static const json::Value& at_containers(const json::Value& body) {
    return kube::at(body, {"spec", "template", "spec", "containers"});
  }

  std::int64_t replicas() {
    const auto now = world.admin().get(kDeploymentKind, world.key("checkout"));
    REQUIRE(now.ok());
    return now->body["spec"]["replicas"].as_int();
  }
  std::size_t pods() {
    const auto all = world.all(kPodKind);
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [](const kube::Object& pod) { return pod.body["metadata"]["labels"]["depops.io/set"].is_null(); }));
  }

  KubernetesWorld& world;
};

agent::SetOrder first_version(KubernetesWorld& world) {
  auto order = world.order("1.0", 2);
  order.snapshot.workload.drain = Millis(0);
  return order;
}

agent::RuntimeOrders at_rest(std::uint64_t seq, const agent::SetOrder& order) {
  return {seq, {order}, {}, {ServiceName("checkout")}};
}

}  // namespace

TEST_CASE("what ran before gives its pods up when the first version is whole and at rest, and not before") {
  KubernetesWorld world;
  Before before(world);
  const auto order = first_version(world);
  world.apply({1, {order}, {}});
  world.wait(serves(order));
  for (int i = 0; i < 10; ++i) kubernetes_node().settle();
  CHECK(before.replicas() == 2);
  CHECK(before.pods() == 2);
  world.apply(at_rest(2, order));
  CHECK(shows([&] { return before.pods() == 0; }));
  CHECK(before.replicas() == 0);
  world.wait([&](const RuntimeFacts& facts) { return serves(order)(facts) && facts.sets[0].trouble.empty(); });
}

TEST_CASE("who scales it up again is named, with what to tell him, and not fought") {
  KubernetesWorld world;
  Before before(world);
  const auto order = first_version(world);
  world.apply(at_rest(1, order));
  REQUIRE(shows([&] { return before.replicas() == 0; }));
  REQUIRE(world.admin().scale(kDeploymentKind, world.key("checkout"), 2).ok());
  world.wait(says("was scaled to 2 again by "));
  for (int i = 0; i < 10; ++i) kubernetes_node().settle();
  CHECK(before.replicas() == 2);
  REQUIRE(world.admin().scale(kDeploymentKind, world.key("checkout"), 0).ok());
  world.wait([&](const RuntimeFacts& facts) { return serves(order)(facts) && facts.sets[0].trouble.empty(); });
}

TEST_CASE("an autoscaler of it is refused before anything is made, with what it should scale instead") {
  KubernetesWorld world;
  Before before(world);
  json::Value meta;
  json::Value target;
  json::Value spec;
  json::Value body;
  target.add("apiVersion", "apps/v1").add("kind", "Deployment").add("name", "checkout");
  spec.add("scaleTargetRef", std::move(target)).add("minReplicas", 1).add("maxReplicas", 5);
  body.add("apiVersion", "autoscaling/v2beta2").add("kind", "HorizontalPodAutoscaler");
  body.add("metadata", meta.add("name", "busy").add("namespace", world.space().str())).add("spec", std::move(spec));
  const auto made = world.admin().create(kAutoscalerKind, world.space(), body);
  REQUIRE((made.ok() ? "" : made.failure().what) == std::string());
  const auto order = first_version(world);
  world.apply(at_rest(1, order));
  world.wait(says("the HorizontalPodAutoscaler busy scales the Deployment checkout"));
  CHECK(world.all(kDeploymentKind).size() == 1);
  REQUIRE(world.admin().remove(kAutoscalerKind, made->meta.key, {made->meta.uid}).ok());
  world.wait(serves(order));
  CHECK(shows([&] { return before.replicas() == 0; }));
}

TEST_CASE("a Deployment with our site's label that is neither a set nor to be adopted is left alone") {
  KubernetesWorld world;
  Before before(world);
  kube::JsonPatch patch;
  patch.replace("/metadata/labels/depops.io~1adopt", "no");
  REQUIRE(world.admin().patch(kDeploymentKind, world.key("checkout"), patch).ok());
  const auto order = first_version(world);
  world.apply(at_rest(1, order));
  world.wait(serves(order));
  for (int i = 0; i < 10; ++i) kubernetes_node().settle();
  CHECK(before.replicas() == 2);
}

}  // namespace depops::test

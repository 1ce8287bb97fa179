#include <algorithm>
#include <catch2/catch.hpp>

#include "agent/kubernetes/client/discovery.h"
#include "agent/kubernetes/workloads/hands.h"
#include "shared/rollout/companions.h"
#include "tests/contract/runtime/kubernetes_shows.h"
#include "tests/support/kubernetes/fake_tree.h"

// Several programs of one version, and what the place that they run in does to them.
namespace depops::test {
namespace {

using agent::RuntimeFacts;

// The same with a second program, called worker.
std::string with_worker(const std::string& manifest) {
  std::string worker = replaced(manifest.substr(0, manifest.find("---")), "name: checkout,", "name: worker,");
  while (worker.find("app: checkout") != std::string::npos) worker = replaced(worker, "app: checkout", "app: worker");
  return manifest + "---\n" + worker;
}

}  // namespace

TEST_CASE("programs of a version are Deployments of their own, each of that name in the manifests") {
  KubernetesWorld world;
  auto own = world.order("1.0", 2);
  own.snapshot.companions["worker"].replicas = 1;
  world.write_manifest(own, with_worker(world.manifest("1.0")));
  const agent::SetOrder beside{rollout::companion_of(own.snapshot, "worker"), 1};
  world.apply({1, {own, beside}, {}});
  world.wait([&](const RuntimeFacts& facts) { return serves(own)(facts) && serves(beside)(facts); });
  const auto found = world.admin().list(kPodKind, world.space(), kube::LabelSelector("depops.io/companion=worker"), 10);
  REQUIRE(found.ok());
  REQUIRE(found->items.size() == 1);
  CHECK(found->items[0].body["metadata"]["labels"]["app"].as_string() == "worker");
}

TEST_CASE("a version whose companion has no Deployment is refused before anything is made") {
  KubernetesWorld world;
  auto own = world.order("1.0", 1);
  own.snapshot.companions["worker"].replicas = 1;
  world.apply({1, {own}, {}});
  world.wait(says("spec.companions names worker"));
  CHECK(world.all(kDeploymentKind).empty());
}

TEST_CASE("a version for whose pods a quota has no room is refused before anything is made, with what is free") {
  KubernetesWorld world;
  const auto quota = [&] { return world.admin().get(kube::resource_quotas(), world.key("team")); };
  REQUIRE(world.admin().create(kube::resource_quotas(), world.space(), quota_with("2")).ok());
  REQUIRE(shows([&] { return quota()->body["status"]["hard"]["pods"].as_string() == "2"; }));
  const auto order = world.order("1.0", 3);
  world.apply({1, {order}, {}});
  world.wait(says("ResourceQuota team leaves room for 2 more of these pods and 3 are needed: of pods 2 of 2 is free"));
  CHECK(world.all(kDeploymentKind).empty());
  REQUIRE(world.admin().remove(kube::resource_quotas(), world.key("team"), {quota()->meta.uid}).ok());
  world.wait(serves(order));
}

TEST_CASE("a rollout that a quota would stop in the middle does not begin: all of it is counted, companions too") {
  KubernetesWorld world;
  const auto quota = [&] { return world.admin().get(kube::resource_quotas(), world.key("team")); };
  REQUIRE(world.admin().create(kube::resource_quotas(), world.space(), quota_with("5")).ok());
  REQUIRE(shows([&] { return quota()->body["status"]["hard"]["pods"].as_string() == "5"; }));
  auto order = world.order("1.0", 1);
  world.write_manifest(order, with_worker(world.manifest("1.0")));
  order.snapshot.workload.replicas = 4;
  order.snapshot.companions["worker"].replicas = 2;
  order.height = 4;
  world.apply({1, {order}, {}});
  world.wait(says("has no room for all that this rollout has at its height: of pods it needs 6 and 5 of 5 is left"));
  CHECK(world.all(kDeploymentKind).empty());
  order.height = 3;
  world.apply({2, {order}, {}});
  world.wait(serves(order));
}

TEST_CASE("a rollout that goes below a PodDisruptionBudget does not begin, and says which and who can help") {
  KubernetesWorld world;
  make_budget(world, 3);
  auto order = world.order("1.0", 3);
  order.dip = rollout::Dip{3, 2};
  world.apply({1, {order}, {}});
  world.wait(
      says("PodDisruptionBudget few (minAvailable 3) wants 3 of 3 pods to be available and this rollout leaves 2"));
  CHECK(world.all(kDeploymentKind).empty());
  order.dip = rollout::Dip{3, 3};
  world.apply({2, {order}, {}});
  world.wait(serves(order));
}

TEST_CASE("somebody else scales a set: it is put right, and nothing is taken for ours that is not") {
  KubernetesWorld world;
  auto order = world.order("1.0", 2);
  order.snapshot.workload.drain = Millis(0);
  world.apply({1, {order}, {}});
  world.wait(serves(order));
  const kube::ObjectKey key = world.key(order.snapshot.set.str());
  for (const std::uint32_t number : {0U, 4U}) {
    const auto before = world.admin().get(kDeploymentKind, key)->meta.generation;
    REQUIRE(world.admin().scale(kDeploymentKind, key, number).ok());
    CHECK(shows([&] {
      const auto now = world.admin().get(kDeploymentKind, key);
      return now->meta.generation > before + 1 && now->body["spec"]["replicas"].as_int() == 2;
    }));
    CHECK(shows([&] { return world.all(kPodKind).size() == 2; }));
    world.wait(serves(order));
  }
}

TEST_CASE("a namespace that ends takes all along, and what is ordered there is told as not possible") {
  if (!kubernetes_server().is_real()) return;  // the fake one knows no end of a namespace
  KubernetesWorld world;
  const auto order = world.order("1.0", 1);
  world.apply({1, {order}, {}});
  world.wait(serves(order));
  const kube::Resource spaces{kube::ApiGroup(""), kube::ApiVersion("v1"), kube::Plural("namespaces"), "Namespace",
                              false};
  const kube::ObjectKey key{{}, kube::ObjectName(world.space().str())};
  const auto space = world.admin().get(spaces, key);
  REQUIRE(space.ok());
  REQUIRE(world.admin().remove(spaces, key, {space->meta.uid}).ok());
  const auto facts = world.wait([](const RuntimeFacts& now) {
    return now.sets.size() == 1 && now.sets[0].ready == 0 && !now.sets[0].trouble.empty();
  });
  const std::string& trouble = facts.sets[0].trouble;
  INFO(trouble);
  // In which order the server removes what is in it nobody says: the agent's own role may be among the first.
  CHECK_THAT(trouble, Catch::Contains("terminat") || Catch::Contains("not found") ||
                          Catch::Contains("deletes the Deployment") || Catch::Contains("is forbidden"));
}

}  // namespace depops::test

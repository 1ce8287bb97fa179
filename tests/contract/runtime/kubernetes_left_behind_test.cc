#include <algorithm>
#include <catch2/catch.hpp>

#include "shared/rollout/companions.h"
#include "tests/contract/runtime/kubernetes_shows.h"

// What a version no longer has: it stays, is told, and goes only if a version says so.
namespace depops::test {
namespace {

using agent::RuntimeFacts;

struct Shrunk {
  Shrunk() {
    settle_on_first();
    second = version("2.0");
  }

  agent::SetOrder version(const std::string& label) {
    auto order = world.order(label, 1);
    order.snapshot.workload.drain = Millis(0);
    return order;
  }
  void settle_on_first() {
    auto first = version("1.0");
    first.snapshot.companions["worker"].replicas = 1;
    first.snapshot.companions["worker"].drain = Millis(0);
    std::string text = world.manifest("1.0");
    std::string other = replaced(text.substr(0, text.find("---")), "name: checkout,", "name: worker,");
    while (other.find("app: checkout") != std::string::npos) other = replaced(other, "app: checkout", "app: worker");
    world.write_manifest(first, text + "---\n" + other);
    const agent::SetOrder beside{rollout::companion_of(first.snapshot, "worker"), 1};
    worker = beside.snapshot.set.str();
    world.apply({1, {first, beside}, {}});
    world.wait([&](const RuntimeFacts& facts) { return serves(first)(facts) && serves(beside)(facts); });
  }
  // Its manifests say what goes.
  void name(const std::string& part) {
    world.write_manifest(second, replaced(world.manifest("2.0"), "name: checkout,",
                                          "name: checkout, annotations: {depops.io/remove: " + part + "},"));
  }
  RuntimeFacts go_on() {
    world.apply({2, {second}, {}, {ServiceName("checkout")}});
    return world.wait([&](const RuntimeFacts& facts) { return serves(second)(facts) && facts.left.size() == 1; });
  }
  void order_to_go(const std::string& life) {
    agent::RuntimeOrders orders{3, {second}, {}, {ServiceName("checkout")}};
    orders.prune = {life};
    world.apply(std::move(orders));
    world.wait([](const RuntimeFacts& facts) { return facts.applied_seq >= 3; });
  }
  bool is_there() { return world.admin().get(kDeploymentKind, world.key(worker)).ok(); }

  KubernetesWorld world;
  agent::SetOrder second;
  std::string worker;
};

}  // namespace

TEST_CASE("what a version no longer has stays and is told, also when it is ordered to go and not named") {
  Shrunk site;
  const agent::LeftBehind left = site.go_on().left.at(0);
  CHECK(left.object == "Deployment " + site.worker);
  CHECK(left.part == "Deployment/worker");
  CHECK_FALSE(left.named);
  site.order_to_go(left.life);
  for (int i = 0; i < 10; ++i) kubernetes_node().settle();
  CHECK(site.is_there());
}

TEST_CASE("what a version names goes when it is ordered to go, that life and what belongs to it, and nothing else") {
  Shrunk site;
  site.name("Deployment/worker");
  const agent::LeftBehind left = site.go_on().left.at(0);
  CHECK(left.named);
  for (int i = 0; i < 10; ++i) kubernetes_node().settle();
  CHECK(site.is_there());  // named, and nobody ordered it yet
  const auto before = site.world.all(kDeploymentKind).size();
  site.order_to_go(left.life);
  CHECK(shows([&] { return !site.is_there(); }));
  CHECK(site.world.all(kDeploymentKind).size() == before - 1);
  site.world.wait([&](const RuntimeFacts& facts) { return facts.left.empty() && serves(site.second)(facts); });
  CHECK(shows([&] {
    const auto maps = site.world.all(kConfigMapKind);
    return std::ranges::none_of(maps, [&](const kube::Object& map) {
      return map.body["metadata"]["labels"]["depops.io/set"].as_string() == site.worker;
    });
  }));
}

TEST_CASE("one that somebody made again under the name is another life, and stays") {
  Shrunk site;
  site.name("Deployment/worker");
  const agent::LeftBehind left = site.go_on().left.at(0);
  const auto there = site.world.admin().get(kDeploymentKind, site.world.key(site.worker));
  REQUIRE(there.ok());
  const kube::DeleteTerms terms{there->meta.uid};
  REQUIRE(site.world.admin().remove(kDeploymentKind, there->meta.key, terms).ok());
  REQUIRE(shows([&] { return !site.is_there(); }));
  json::Value again;
  json::Value meta;
  meta.add("name", site.worker).add("labels", there->body["metadata"]["labels"]);
  again.add("apiVersion", "apps/v1").add("kind", "Deployment").add("metadata", std::move(meta));
  again.add("spec", there->body["spec"]);
  REQUIRE(site.world.admin().create(kDeploymentKind, site.world.space(), again).ok());
  site.world.wait([&](const RuntimeFacts& now) { return now.left.size() == 1 && now.left[0].life != left.life; });
  site.order_to_go(left.life);
  for (int i = 0; i < 10; ++i) kubernetes_node().settle();
  CHECK(site.is_there());
}

}  // namespace depops::test

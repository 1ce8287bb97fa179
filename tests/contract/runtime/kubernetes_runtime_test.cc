#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/contract/runtime/kubernetes_shows.h"
#include "tests/support/kubernetes/fake_tree.h"

namespace depops::test {
namespace {

using agent::RuntimeFacts;

}  // namespace

TEST_CASE("the runtime on Kubernetes keeps the contract of its port") {
  runtime_cases([] { return std::make_unique<KubernetesWorld>(); });
}

TEST_CASE("each version is a Deployment of its own, which people find by its labels") {
  KubernetesWorld world;
  const auto old_set = world.order("1.0", 2);
  const auto new_set = world.order("1.1", 1);
  world.apply({1, {old_set, new_set}, {}});
  world.wait([&](const RuntimeFacts& facts) { return serves(old_set)(facts) && serves(new_set)(facts); });
  const auto page =
      world.admin().list(kDeploymentKind, world.space(), kube::LabelSelector("depops.io/version=1.1"), 10);
  REQUIRE(page.ok());
  REQUIRE(page->items.size() == 1);
  CHECK(page->items[0].meta.key.name.str() == new_set.snapshot.set.str());
  CHECK(page->items[0].body["spec"]["replicas"].as_int() == 1);
  const auto pods = world.admin().list(kPodKind, world.space(), kube::LabelSelector("app=checkout"), 10);
  REQUIRE(pods.ok());
  CHECK(pods->items.size() == 3);
}

TEST_CASE("what a version's pods refer to belongs to its Deployment and goes with it") {
  KubernetesWorld world;
  auto order = world.order("1.0", 1);
  order.snapshot.workload.drain = Millis(0);
  world.apply({1, {order}, {}});
  world.wait(serves(order));
  const auto settings = [&world] {
    std::vector<std::string> names;
    for (const kube::Object& map : world.all(kConfigMapKind)) {
      if (map.meta.key.name.str().starts_with("settings-")) names.push_back(map.meta.key.name.str());
    }
    return names;
  };
  REQUIRE(settings().size() == 1);
  const auto made = world.admin().get(kDeploymentKind, world.key(order.snapshot.set.str()));
  REQUIRE(made.ok());
  const json::Value& container = at(made->body, {"spec", "template", "spec", "containers"}).items().at(0);
  CHECK(container["envFrom"].items().at(0)["configMapRef"]["name"].as_string() == settings().at(0));
  world.apply({2, {}, {}});
  CHECK(shows([&] { return world.all(kDeploymentKind).empty(); }));
  CHECK(shows([&] { return settings().empty(); }));
}

TEST_CASE("sets without instances stay as history, the newest of each service, and are taken again") {
  KubernetesWorld world;
  world.stop_agent();
  world.settings.history = 1;
  world.start_agent();
  auto first = world.order("1.0", 1);
  first.snapshot.workload.drain = Millis(0);
  const auto second = world.order("1.1", 1);
  world.apply({1, {first}, {}});
  world.wait(serves(first));
  world.apply({2, {second}, {}});
  world.wait(serves(second));
  const auto uid_of = [&world](const agent::SetOrder& order) {
    const auto found = world.admin().get(kDeploymentKind, world.key(order.snapshot.set.str()));
    return found.ok() ? found->meta.uid : kube::Uid();
  };
  REQUIRE(shows([&] { return world.all(kPodKind).size() == 1; }));
  const kube::Uid before = uid_of(first);
  CHECK_FALSE(before.empty());
  world.apply({4, {first, second}, {}});
  world.wait(serves(first));
  CHECK(uid_of(first) == before);
}

TEST_CASE("an object that has our name and not our label is never touched") {
  KubernetesWorld world;
  const auto order = world.order("1.0", 1);
  auto read = kube::read_manifests(
      replaced(world.manifest("1.0"), "name: checkout,", "name: " + order.snapshot.set.str() + ","), "app.yaml");
  REQUIRE(read.ok());
  const auto there = world.admin().create(kDeploymentKind, world.space(), read->at(0).body);
  REQUIRE(there.ok());
  world.apply({1, {order}, {}});
  world.wait(says("was not made by the agent of fra-1; nothing of it is touched"));
  const auto after = world.admin().get(kDeploymentKind, world.key(order.snapshot.set.str()));
  REQUIRE((after.ok() ? "" : after.failure().what) == std::string());
  CHECK(after->meta.uid == there->meta.uid);
  CHECK(after->meta.generation == there->meta.generation);
}

TEST_CASE("what the policy refuses is told, and nothing is made") {
  KubernetesWorld world;
  const auto order = world.order("1.0", 1);
  world.write_manifest(order, replaced(world.manifest("1.0"), "    spec:\n", "    spec:\n      hostNetwork: true\n"));
  world.apply({1, {order}, {}});
  world.wait(says("k8s/app.yaml:1: Deployment checkout: spec.template.spec.hostNetwork"));
  CHECK(world.all(kDeploymentKind).empty());
}

TEST_CASE("what keeps pods from serving is told in plain words") {
  KubernetesWorld world;
  FakeNode& node = kubernetes_node();
  SECTION("an image that can not be fetched") {
    node.will(KubernetesWorld::image("2.1"), FakeNode::Does::image_fails);
    world.apply({1, {world.order("2.1", 1)}, {}});
    world.wait(says("the image registry.test/checkout:2.1 for web of checkout-000000000021-"));
  }
  SECTION("a program that ends again and again") {
    node.will(KubernetesWorld::image("2.2"), FakeNode::Does::crashes);
    const auto order = world.order("2.2", 1);
    world.apply({1, {order}, {}});
    const auto facts = world.wait(says("ends again and again (3 restarts)"));
    CHECK(facts_of(facts, order)->restarts == 3);
  }
  SECTION("no place for a pod") {
    node.will(KubernetesWorld::image("2.3"), FakeNode::Does::no_place);
    world.apply({1, {world.order("2.3", 1)}, {}});
    world.wait(says("finds no place: 0/1 nodes are available"));
  }
  SECTION("a probe that fails after a while") {
    const auto order = world.order("2.4", 1);
    world.apply({1, {order}, {}});
    const std::string pod = world.wait(serves(order)).endpoints.at(0).id.str();
    node.unready(pod, true);
    const auto facts = world.wait(says("runs and fails its readiness probe"));
    CHECK(facts.endpoints.at(0).state == agent::EndpointState::unready);
    CHECK(facts_of(facts, order)->flaps == 1);
    node.unready(pod, false);
    CHECK(facts_of(world.wait(serves(order)), order)->restarts == 0);
  }
}

TEST_CASE("a pod's trouble is told with the last lines of its log, which is read once") {
  KubernetesWorld world;
  FakeNode& node = kubernetes_node();
  (void)node.logs_asked();
  const auto pod_in = [](const std::string& asked) { return asked.substr(0, asked.find(' ')); };
  SECTION("of the life that ended") {
    node.will(KubernetesWorld::image("2.6"), FakeNode::Does::crashes);
    node.writes(KubernetesWorld::image("2.6"),
                std::string(20'000, '.') + "\nstarts\n\x1b[31mno database\x1b[0m at 10.0.0.9\n");
    const auto order = world.order("2.6", 1);
    world.apply({1, {order}, {}});
    const auto facts = world.wait(says("; the last it wrote: "));
    CHECK(facts_of(facts, order)->trouble.ends_with("... | starts | no database at 10.0.0.9"));
    for (int i = 0; i < 20; ++i) node.settle();
    const auto asked = node.logs_asked();
    REQUIRE(asked.size() == 1);
    CHECK(asked[0] == pod_in(asked[0]) + " web previous");
  }
  SECTION("of the one that runs and is not ready") {
    const auto order = world.order("2.7", 1);
    node.writes(KubernetesWorld::image("2.7"), "listens\nqueue is full\n");
    world.apply({1, {order}, {}});
    const std::string pod = world.wait(serves(order)).endpoints.at(0).id.str();
    CHECK(node.logs_asked().empty());
    node.unready(pod, true);
    world.wait(says("fails its readiness probe; the last it wrote: listens | queue is full"));
    CHECK(node.logs_asked() == std::vector<std::string>{pod + " web"});
    node.unready(pod, false);
  }
}

TEST_CASE("where the node has lost the log of the life that ended, that of the present one is read") {
  KubernetesWorld world;
  FakeNode& node = kubernetes_node();
  (void)node.logs_asked();
  node.will(KubernetesWorld::image("2.8"), FakeNode::Does::crashes);
  node.writes(KubernetesWorld::image("2.8"), "no database\n");
  node.loses(KubernetesWorld::image("2.8"));
  const auto order = world.order("2.8", 1);
  world.apply({1, {order}, {}});
  const auto facts = world.wait(says("; the last it wrote: "));
  CHECK(facts_of(facts, order)->trouble.ends_with("; the last it wrote: no database"));
  const auto asked = node.logs_asked();
  REQUIRE(asked.size() == 2);
  CHECK(asked[1] == asked[0].substr(0, asked[0].find(' ')) + " web");
}

TEST_CASE("a pod that somebody deletes is made again and is no end of the program") {
  KubernetesWorld world;
  const auto order = world.order("1.0", 2);
  world.apply({1, {order}, {}});
  const RuntimeFacts before = world.wait(serves(order));
  const auto pod = world.admin().get(kPodKind, world.key(before.endpoints.at(0).id.str()));
  REQUIRE(pod.ok());
  REQUIRE(world.admin().remove(kPodKind, pod->meta.key, {pod->meta.uid}).ok());
  const RuntimeFacts after = world.wait([&](const RuntimeFacts& facts) {
    return serves(order)(facts) && facts.endpoints.at(0).id != before.endpoints.at(0).id &&
           facts.endpoints.at(1).id != before.endpoints.at(0).id;
  });
  CHECK(facts_of(after, order)->restarts == 0);
}

TEST_CASE("a version of processes is refused with what to use instead") {
  KubernetesWorld world;
  auto order = world.order("1.0", 1);
  order.snapshot.manifests.reset();
  world.apply({1, {order}, {}});
  world.wait(says("give the service workload.kubernetes"));
  CHECK(world.all(kDeploymentKind).empty());
}

}  // namespace depops::test

#include "tests/contract/runtime/kubernetes_daemon.h"

// Versions that take turns on the nodes of one DaemonSet.
namespace depops::test {
namespace {

using agent::RuntimeFacts;

std::string owner_of_settings(KubernetesWorld& world, const std::string& label) {
  for (const kube::Object& map : world.all(kConfigMapKind)) {
    if (map.body["data"]["colour"].as_string() != label) continue;
    const auto& owners = map.body["metadata"]["ownerReferences"].items();
    return owners.empty() ? "nobody" : owners.front()["kind"].as_string();
  }
  return "none";
}

// One of a person's on the nodes of the world.
void run_logs_before(DaemonWorld& world, bool adopt) {
  auto read = kube::read_manifests(world.daemon("0.9"), "app.yaml");
  REQUIRE(read.ok());
  json::Value labels;
  labels.add("app", "checkout");
  if (adopt) labels.add("depops.io/site", "fra-1").add("depops.io/service", "checkout").add("depops.io/adopt", "yes");
  json::Value meta;
  meta.add("name", "logs").add("labels", std::move(labels));
  json::Value body = kube::with(read->at(0).body, {"metadata"}, std::move(meta));
  const json::Value containers = kube::at(body, {"spec", "template", "spec", "containers"});
  body = kube::with(body, {"spec", "template", "spec", "containers"},
                    kube::each(containers, [](const json::Value& one) { return kube::without(one, {"envFrom"}); }));
  const auto made = world.admin().create(kube::daemon_sets(), world.space(), body);
  REQUIRE((made.ok() ? "" : made.failure().what) == std::string());
  REQUIRE(shows([&] { return world.pods().size() == 3; }));
}

}  // namespace

TEST_CASE("versions take turns on the nodes of one DaemonSet, one after another, and back again") {
  DaemonWorld world;
  const auto old_set = world.order("1.0", 3);
  const auto new_set = world.order("1.1", 3);
  world.turn(1, {with_replicas(old_set, 1)});  // who orders it does not know yet how many nodes there are
  world.wait([](const RuntimeFacts& facts) { return facts.sized == std::map{std::pair(ServiceName("checkout"), 3U)}; });
  world.turn(2, {old_set});
  world.wait(serves(old_set));
  CHECK(world.row() == "1.0 1.0 1.0");
  const kube::Uid object = world.logs().meta.uid;
  const kube::Uid last = world.uid("3");
  CHECK(kube::at(world.logs().body, {"spec", "updateStrategy", "type"}).as_string() == "OnDelete");
  world.turn(3, {with_replicas(new_set, 1), with_replicas(old_set, 2)});
  world.wait(both(with_replicas(new_set, 1), with_replicas(old_set, 2)));
  CHECK(world.row() == "1.1 1.0 1.0");
  world.turn(4, {with_replicas(new_set, 2), with_replicas(old_set, 1)});
  world.wait(both(with_replicas(new_set, 2), with_replicas(old_set, 1)));
  CHECK(world.row() == "1.1 1.1 1.0");
  CHECK(world.uid("3") == last);
  SECTION("to the end") {
    world.turn(5, {new_set});
    world.wait(serves(new_set));
    CHECK(world.row() == "1.1 1.1 1.1");
    CHECK(world.in_template() == "1.1");
  }
  SECTION("back") {
    world.turn(5, {with_replicas(new_set, 0), old_set}, "1.0");
    world.wait(both(with_replicas(new_set, 0), old_set));
    CHECK(world.row() == "1.0 1.0 1.0");
    CHECK(world.uid("3") == last);
    CHECK(world.in_template() == "1.0");
  }
  CHECK(world.logs().meta.uid == object);
  CHECK(world.all(kube::daemon_sets()).size() == 1);
  CHECK(world.all(kDeploymentKind).empty());
}

TEST_CASE("by a label of the nodes a version is on all of one zone before the next one") {
  DaemonWorld world(DaemonWorld::Nodes::read);
  world.by_zone = true;
  world.move_node("1", "west");
  world.move_node("2", "east");
  world.move_node("3", "east");
  const auto old_set = world.order("1.0", 3);
  const auto new_set = world.order("1.1", 3);
  world.turn(1, {old_set});
  world.wait(serves(old_set));
  world.turn(2, {with_replicas(new_set, 2), with_replicas(old_set, 1)});
  world.wait(both(with_replicas(new_set, 2), with_replicas(old_set, 1)));
  CHECK(world.row() == "1.0 1.1 1.1");
  world.restart_agent();
  world.turn(3, {new_set});
  world.wait(serves(new_set));
  CHECK(world.row() == "1.1 1.1 1.1");
}

TEST_CASE("an agent that may not read nodes refuses batches by their label, before anything is touched") {
  DaemonWorld world;
  const auto old_set = world.order("1.0", 3);
  const bool first = GENERATE(true, false);
  if (!first) {
    world.turn(1, {old_set});
    world.wait(serves(old_set));
  }
  world.by_zone = true;
  const auto new_set = world.order("1.1", 3);
  const std::int64_t before = first ? 0 : world.logs().meta.generation;
  if (first) world.turn(2, {new_set});
  if (!first) world.turn(2, {with_replicas(new_set, 1), with_replicas(old_set, 2)});
  world.wait(
      says("depops.io/batch-label asks for the label zone of nodes, and this agent has no right to list nodes; "
           "grant it (deploy/kubernetes/cluster-wide/cluster-role-nodes.yaml), or leave the annotation out"));
  CHECK(world.all(kube::daemon_sets()).size() == (first ? 0 : 1));
  CHECK(settings_in(world).size() == (first ? 0 : 1));
  if (!first) CHECK(world.logs().meta.generation == before);
}

TEST_CASE("what a version's pods on nodes refer to is there before they are, and goes with the kept template") {
  DaemonWorld world;
  const auto old_set = world.order("1.0", 3);
  const auto new_set = world.order("1.1", 3);
  world.turn(1, {old_set});
  world.wait(serves(old_set));
  CHECK(owner_of_settings(world, "1.0") == "DaemonSet");
  world.turn(2, {new_set});
  world.wait(serves(new_set));
  CHECK(owner_of_settings(world, "1.1") == "ControllerRevision");
  world.turn(3, {old_set});
  world.wait(serves(old_set));
  REQUIRE(world.admin().remove(kube::daemon_sets(), world.key("logs"), {world.logs().meta.uid}).ok());
  world.turn(4, {});
  CHECK(shows([&] { return settings_in(world).empty(); }));
}

TEST_CASE("a version that never gets ready on its node is gone back from, and only its pod is deleted") {
  DaemonWorld world;
  FakeNode& node = kubernetes_node();
  const auto old_set = world.order("1.0", 3);
  const auto new_set = world.order("3.2", 3);
  world.turn(1, {old_set});
  world.wait(serves(old_set));
  const kube::Uid second = world.uid("2");
  node.will(KubernetesWorld::image("3.2"), FakeNode::Does::image_fails);
  world.turn(2, {with_replicas(new_set, 1), with_replicas(old_set, 2)});
  world.wait(says("the image registry.test/checkout:3.2 for web of logs-"));
  CHECK(world.row() == "3.2 1.0 1.0");
  world.turn(3, {with_replicas(new_set, 0), old_set}, "1.0");
  world.wait(both(with_replicas(new_set, 0), old_set));
  CHECK(world.row() == "1.0 1.0 1.0");
  CHECK(world.uid("2") == second);
}

TEST_CASE("a node that comes in the middle gets what is in the template, and gives it back where it is too many") {
  DaemonWorld world;
  world.drain = Millis(600'000);
  const auto old_set = world.order("1.0", 4);
  const auto new_set = world.order("1.1", 4);
  world.turn(1, {with_replicas(old_set, 3)});
  world.wait(serves(with_replicas(old_set, 3)));
  world.turn(2, {with_replicas(new_set, 0), with_replicas(old_set, 3)});
  world.turn(3, {with_replicas(new_set, 1), with_replicas(old_set, 2)});
  REQUIRE(shows([&] { return world.in_template() == "1.1"; }));
  world.add_node("4");
  REQUIRE(shows([&] { return world.row() == "1.0 1.0 1.0 1.1"; }));
  world.wait([](const RuntimeFacts& facts) {
    const auto size = facts.sized.find(ServiceName("checkout"));
    return size != facts.sized.end() && size->second == 4;
  });
  world.turn(4, {with_replicas(new_set, 0), old_set});
  const auto told = world.wait([&](const RuntimeFacts& facts) {
    const auto* set = facts_of(facts, new_set);
    return set != nullptr && set->retiring == 1 && !set->trouble.empty();
  });
  CHECK(facts_of(told, new_set)->trouble.starts_with("1 more than the 0 ordered pods are of this version"));
  CHECK(facts_of(told, old_set)->running == 3);
  agent::RuntimeOrders released{5, {with_replicas(new_set, 0), old_set}, {}, {}, {}};
  released.sizes[ServiceName("checkout")] = 4;
  for (const auto& endpoint : told.endpoints) {
    if (endpoint.state == agent::EndpointState::retiring) released.released.push_back(endpoint.id);
  }
  world.apply(released);
  world.wait(both(with_replicas(new_set, 0), old_set));
  CHECK(world.row() == "1.0 1.0 1.0 1.0");
}

TEST_CASE("an agent that is killed in the middle of a DaemonSet's turn goes on where it stands") {
  DaemonWorld world;
  world.drain = Millis(600'000);
  const auto old_set = world.order("1.0", 3);
  const auto new_set = world.order("1.1", 3);
  world.turn(1, {old_set});
  world.wait(serves(old_set));
  world.turn(2, {with_replicas(new_set, 1), with_replicas(old_set, 2)});
  REQUIRE(shows([&] { return world.in_template() == "1.1"; }));
  world.restart_agent();
  const auto found = world.wait([&](const RuntimeFacts& facts) { return facts.endpoints.size() == 3; });
  CHECK(facts_of(found, old_set)->ready == 3);
  const agent::RuntimeOrders orders{3, {with_replicas(new_set, 1), with_replicas(old_set, 2)}, {}, {}, {}};
  world.apply(orders);
  const auto retiring = world.wait([&](const RuntimeFacts& facts) { return facts_of(facts, old_set)->retiring == 1; });
  CHECK(world.row() == "1.0 1.0 1.0");
  auto released = orders;
  released.seq = 4;
  for (const auto& endpoint : retiring.endpoints) {
    if (endpoint.state == agent::EndpointState::retiring) released.released.push_back(endpoint.id);
  }
  world.apply(released);
  world.wait(both(with_replicas(new_set, 1), with_replicas(old_set, 2)));
  CHECK(world.row() == "1.1 1.0 1.0");
}

TEST_CASE("what a DaemonSet keeps for its life is refused when it differs, and nothing is changed") {
  DaemonWorld world;
  const auto old_set = world.order("1.0", 3);
  const auto new_set = world.order("1.1", 3);
  world.turn(1, {old_set});
  world.wait(serves(old_set));
  const auto before = world.logs();
  SECTION("the selector") {
    std::string text = replaced(world.daemon("1.1"), "matchLabels: {app: checkout}", "matchLabels: {app: other}");
    world.write_manifest(new_set,
                         replaced(text, "metadata: {labels: {app: checkout}}", "metadata: {labels: {app: other}}"));
    world.turn(2, {new_set});
    world.wait(says("spec.selector of the DaemonSet logs is another one than that of what runs"));
  }
  SECTION("the name") {
    world.write_manifest(new_set, replaced(world.daemon("1.1"), "name: logs,", "name: files,"));
    world.turn(2, {new_set});
    world.wait(says("are in the DaemonSet logs, and this one names it files"));
  }
  SECTION("the kind") {
    world.write_manifest(new_set, world.manifest("1.1"));
    world.turn(2, {new_set});
    world.wait(says("are in the DaemonSet logs, and this one is a Deployment"));
  }
  CHECK(world.logs().meta.generation == before.meta.generation);
  CHECK(world.row() == "1.0 1.0 1.0");
  CHECK(world.all(kDeploymentKind).empty());
  CHECK(world.all(kube::daemon_sets()).size() == 1);
}

TEST_CASE("a DaemonSet of somebody else is never touched, also where people label it to be taken over") {
  DaemonWorld world;
  const bool adopt = GENERATE(false, true);
  run_logs_before(world, adopt);
  const auto before = world.logs();
  world.turn(1, {world.order("1.0", 3)});
  world.wait(adopt ? says("the DaemonSet logs is somebody else's, and a DaemonSet is not taken over")
                   : says("DaemonSet logs in " + world.space().str() + " is there and was not made by the agent"));
  CHECK(world.logs().meta.generation == before.meta.generation);
}

TEST_CASE("a DaemonSet that nobody orders any more has no pods, and gets them again when it is ordered") {
  DaemonWorld world;
  const auto old_set = world.order("1.0", 3);
  const auto new_set = world.order("1.1", 3);
  world.turn(1, {old_set});
  world.wait(serves(old_set));
  world.turn(2, {});
  CHECK(shows([&] { return world.row() == "- - -"; }));
  CHECK(world.all(kube::daemon_sets()).size() == 1);
  world.turn(3, {new_set});
  world.wait(serves(new_set));
  CHECK(world.row() == "1.1 1.1 1.1");
}

}  // namespace depops::test

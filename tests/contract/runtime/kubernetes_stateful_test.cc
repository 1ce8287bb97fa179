#include "tests/contract/runtime/kubernetes_stateful.h"

#include "agent/kubernetes/workloads/hands.h"

// Versions that take turns in one StatefulSet.
namespace depops::test {
namespace {

using agent::RuntimeFacts;

// One of a person's, with two pods.
void run_before(StatefulWorld& world, bool adopt) {
  auto read = kube::read_manifests(world.stateful("0.9"), "app.yaml");
  REQUIRE(read.ok());
  json::Value labels;
  labels.add("app", "checkout");
  if (adopt) labels.add("depops.io/site", "fra-1").add("depops.io/service", "checkout").add("depops.io/adopt", "yes");
  json::Value meta;
  meta.add("name", "db").add("labels", std::move(labels));
  json::Value body = kube::with(kube::with(read->at(0).body, {"metadata"}, std::move(meta)), {"spec", "replicas"}, 2);
  const json::Value containers = kube::at(body, {"spec", "template", "spec", "containers"});
  body = kube::with(body, {"spec", "template", "spec", "containers"},
                    kube::each(containers, [](const json::Value& one) { return kube::without(one, {"envFrom"}); }));
  const auto made = world.admin().create(kStatefulSetKind, world.space(), body);
  REQUIRE((made.ok() ? "" : made.failure().what) == std::string());
  REQUIRE(shows([&] { return !world.uid("db-1").empty(); }));
}

}  // namespace

TEST_CASE("the runtime keeps the contract of its port with a StatefulSet") {
  const auto make = [] {
    auto world = std::make_unique<StatefulWorld>();
    world->drain = Millis(30'000);
    return world;
  };
  runtime_cases(make, false);
}

TEST_CASE("versions take turns in one StatefulSet, the last place first, and back again") {
  StatefulWorld world;
  const auto old_set = world.order("1.0", 3);
  const auto new_set = world.order("1.1", 3);
  world.turn(1, 3, {old_set});
  world.wait(serves(old_set));
  const kube::Uid object = world.db().meta.uid;
  const kube::Uid first = world.uid("db-0");
  world.turn(2, 3, {with_replicas(new_set, 1), with_replicas(old_set, 2)});
  world.wait(both(with_replicas(new_set, 1), with_replicas(old_set, 2)));
  CHECK(world.row() == "1.0 1.0 1.1");
  CHECK(world.partition() == 2);
  world.turn(3, 3, {with_replicas(new_set, 2), with_replicas(old_set, 1)});
  world.wait(both(with_replicas(new_set, 2), with_replicas(old_set, 1)));
  CHECK(world.row() == "1.0 1.1 1.1");
  CHECK(world.uid("db-0") == first);
  SECTION("to the end") {
    world.turn(4, 3, {new_set});
    world.wait(serves(new_set));
    CHECK(world.row() == "1.1 1.1 1.1");
    CHECK(world.partition() == 0);
    world.turn(5, 3, {with_replicas(old_set, 1), with_replicas(new_set, 2)});
    world.wait(both(with_replicas(old_set, 1), with_replicas(new_set, 2)));
    CHECK(world.row() == "1.1 1.1 1.0");
  }
  SECTION("back") {
    world.turn(4, 3, {with_replicas(new_set, 0), old_set});
    world.wait(both(with_replicas(new_set, 0), old_set));
    CHECK(world.row() == "1.0 1.0 1.0");
    CHECK(world.uid("db-0") == first);
  }
  CHECK(world.db().meta.uid == object);
  CHECK(world.all(kStatefulSetKind).size() == 1);
  CHECK(world.all(kDeploymentKind).empty());
}

TEST_CASE("what a version's pods refer to belongs to the kept template of the version") {
  StatefulWorld world;
  const auto old_set = world.order("1.0", 1);
  const auto new_set = world.order("1.1", 1);
  world.turn(1, 1, {old_set});
  world.wait(serves(old_set));
  REQUIRE(settings_in(world).size() == 1);
  const auto map = world.admin().get(kConfigMapKind, world.key(settings_in(world).at(0)));
  REQUIRE(map.ok());
  const json::Value& owner = map->body["metadata"]["ownerReferences"].items().at(0);
  CHECK(owner["kind"].as_string() == "ControllerRevision");
  CHECK(owner["name"].as_string() == world.db().body["status"]["updateRevision"].as_string());
  world.turn(2, 1, {new_set});
  world.wait(serves(new_set));
  CHECK(settings_in(world).size() == 2);
  REQUIRE(world.admin().remove(kStatefulSetKind, world.key("db"), {world.db().meta.uid}).ok());
  world.turn(3, 0, {});
  CHECK(shows([&] { return settings_in(world).empty(); }));
}

TEST_CASE("kubernetes#67250: a version that never gets ready is gone back from, and only its pod is deleted") {
  StatefulWorld world;
  FakeNode& node = kubernetes_node();
  const auto old_set = world.order("1.0", 2);
  const auto new_set = world.order("3.1", 2);
  world.turn(1, 2, {old_set});
  world.wait(serves(old_set));
  const kube::Uid first = world.uid("db-0");
  node.will(KubernetesWorld::image("3.1"), FakeNode::Does::image_fails);
  world.turn(2, 2, {with_replicas(new_set, 1), with_replicas(old_set, 1)});
  world.wait(says("the image registry.test/checkout:3.1 for web of db-1 can not be fetched"));
  world.turn(3, 2, {with_replicas(new_set, 0), old_set});
  world.wait(both(with_replicas(new_set, 0), old_set));
  CHECK(world.row() == "1.0 1.0");
  CHECK(world.uid("db-0") == first);
}

TEST_CASE("an agent that is killed in the middle of a turn goes on where it stands") {
  StatefulWorld world;
  world.drain = Millis(600'000);
  const auto old_set = world.order("1.0", 2);
  const auto new_set = world.order("1.1", 2);
  world.turn(1, 2, {old_set});
  world.wait(serves(old_set));
  world.turn(2, 2, {with_replicas(new_set, 1), with_replicas(old_set, 1)});
  const auto begun = [&world](const std::string& version) {
    return shows([&] {
      const auto there = world.db();
      return kube::at(there.body, {"spec", "template", "metadata", "labels", "depops.io/version"}).as_string() ==
                 version &&
             there.body["status"]["observedGeneration"].as_int() == there.meta.generation;
    });
  };
  REQUIRE(begun("1.1"));
  world.restart_agent();
  const auto found = world.wait([&](const RuntimeFacts& facts) { return facts.endpoints.size() == 2; });
  CHECK(facts_of(found, old_set)->ready == 2);
  CHECK(world.row() == "1.0 1.0");
  const std::uint64_t seq = 3;
  const agent::RuntimeOrders orders{seq, {with_replicas(new_set, 1), with_replicas(old_set, 1)}, {}, {}, {}};
  world.apply(orders);
  const auto retiring = world.wait([&](const RuntimeFacts& facts) { return facts_of(facts, old_set)->retiring == 1; });
  auto released = orders;
  released.seq = 4;
  for (const auto& endpoint : retiring.endpoints) {
    if (endpoint.state == agent::EndpointState::retiring) released.released.push_back(endpoint.id);
  }
  world.apply(released);
  world.wait(both(with_replicas(new_set, 1), with_replicas(old_set, 1)));
  CHECK(world.row() == "1.0 1.1");
}

TEST_CASE("what a StatefulSet keeps for its life is refused when it differs, and nothing is changed") {
  StatefulWorld world;
  const auto old_set = world.order("1.0", 1);
  const auto new_set = world.order("1.1", 1);
  world.turn(1, 1, {old_set});
  world.wait(serves(old_set));
  const auto before = world.db();
  SECTION("a volume") {
    world.write_manifest(new_set,
                         replaced(world.stateful("1.1"), "  selector:",
                                  "  volumeClaimTemplates:\n  - metadata: {name: data}\n    spec: {accessModes: "
                                  "[ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n  selector:"));
    world.turn(2, 1, {new_set});
    world.wait(says("spec.volumeClaimTemplates of the StatefulSet db is another one than that of what runs"));
  }
  SECTION("the name") {
    world.write_manifest(new_set, replaced(world.stateful("1.1"), "name: db,", "name: base,"));
    world.turn(2, 1, {new_set});
    world.wait(says("are in the StatefulSet db, and this one names it base"));
  }
  SECTION("the kind") {
    world.write_manifest(new_set, world.manifest("1.1"));
    world.turn(2, 1, {new_set});
    world.wait(says("are in the StatefulSet db, and this one is a Deployment"));
  }
  SECTION("more pods than it has places") {
    world.turn(2, 1, {new_set, old_set});
    world.wait(says("has a place for 1 pods and 2 are ordered"));
  }
  CHECK(world.db().meta.generation == before.meta.generation);
  CHECK(world.row() == "1.0");
  CHECK(world.all(kDeploymentKind).empty());
}

TEST_CASE("a version in a StatefulSet is refused while Deployments of its service have instances, and is not made") {
  StatefulWorld world;
  const auto old_set = world.order("1.0", 1);
  world.write_manifest(old_set, world.manifest("1.0"));
  world.turn(1, 1, {old_set});
  world.wait(serves(old_set));
  world.turn(2, 1, {world.order("1.1", 1), old_set});
  world.wait(says("are Deployments so far, and this one is the StatefulSet db, which can not take their places"));
  CHECK(world.all(kStatefulSetKind).empty());
}

TEST_CASE("a version of a StatefulSet begins only where a quota has room for all that it has at its height") {
  StatefulWorld world;
  REQUIRE(world.admin().create(kube::resource_quotas(), world.space(), quota_with("3")).ok());
  const auto read = [&] { return world.admin().get(kube::resource_quotas(), world.key("team")); };
  REQUIRE(shows([&] { return read()->body["status"]["hard"]["pods"].as_string() == "3"; }));
  auto old_set = world.order("1.0", 2);
  old_set.height = 4;
  world.turn(1, 4, {old_set});
  world.wait(says("has no room for all that this rollout has at its height: of pods it needs 4 and 3 of 3 is left"));
  CHECK(world.all(kStatefulSetKind).empty());
  old_set.height = 2;
  world.turn(2, 2, {old_set});
  world.wait(serves(old_set));
  kube::JsonPatch counted;  // a server with controllers counts by itself
  counted.add("/status/used/pods", "2");
  REQUIRE(world.admin().patch(kube::resource_quotas(), world.key("team"), counted).ok());
  REQUIRE(shows([&] { return read()->body["status"]["used"]["pods"].as_string() == "2"; }));
  auto new_set = with_replicas(world.order("1.1", 4), 1);
  new_set.height = 2;
  const auto before = world.db();
  world.turn(3, 4, {new_set, old_set});
  world.wait(says("has no room for all that this rollout has at its height: of pods it needs 2 and 1 of 3 is left"));
  CHECK(world.db().meta.generation == before.meta.generation);
  new_set.height = 0;
  world.turn(4, 3, {new_set, old_set});
  world.wait(both(new_set, old_set));
}

TEST_CASE("a version takes no place of a StatefulSet where a PodDisruptionBudget wants all of them") {
  StatefulWorld world;
  make_budget(world, 2);
  const auto old_set = world.order("1.0", 2);
  world.turn(1, 2, {old_set});
  world.wait(serves(old_set));
  auto new_set = world.order("1.1", 1);
  new_set.dip = rollout::Dip{2, 1};
  const auto before = world.db();
  world.turn(2, 2, {new_set, with_replicas(old_set, 1)});
  world.wait(says("PodDisruptionBudget few (minAvailable 2) wants 2 of 2 pods to be available"));
  CHECK(world.db().meta.generation == before.meta.generation);
  world.turn(3, 2, {old_set});
  world.wait(serves(old_set));
}

TEST_CASE("what a version says that goes stands on its StatefulSet for as long as the template is its own") {
  StatefulWorld world;
  const auto old_set = world.order("1.0", 1);
  const auto new_set = world.order("1.1", 1);
  const auto removes = [&] { return world.db().body["metadata"]["annotations"]["depops.io/remove"].as_string(); };
  world.turn(1, 1, {old_set});
  world.wait(serves(old_set));
  const char* named = "name: db, annotations: {depops.io/remove: Deployment/w},";
  world.write_manifest(new_set, replaced(world.stateful("1.1"), "name: db,", named));
  world.turn(2, 1, {new_set});
  world.wait(serves(new_set));
  CHECK(removes() == "Deployment/w");
  world.turn(3, 1, {old_set});
  world.wait(serves(old_set));
  CHECK(removes().empty());
}

TEST_CASE("a StatefulSet of somebody else is never touched, and one that people label is taken over in place") {
  StatefulWorld world;
  const bool adopt = GENERATE(false, true);
  run_before(world, adopt);
  const auto before = world.db();
  const auto order = world.order("1.0", 2);
  world.turn(1, 2, {order});
  if (adopt) {
    world.wait(serves(order));
    CHECK(world.row() == "1.0 1.0");
    CHECK(world.db().meta.uid == before.meta.uid);
    return;
  }
  world.wait(says("StatefulSet db in " + world.space().str() + " is there and was not made by the agent of fra-1"));
  CHECK(world.db().meta.generation == before.meta.generation);
}

TEST_CASE("a StatefulSet that nobody orders any more has no pods, and people's volumes and names stay with it") {
  StatefulWorld world;
  const auto order = world.order("1.0", 2);
  world.turn(1, 2, {order});
  world.wait(serves(order));
  world.turn(2, 0, {});
  CHECK(shows([&] { return world.row().empty(); }));
  CHECK(world.db().body["spec"]["replicas"].as_int() == 0);
  world.turn(3, 1, {with_replicas(order, 1)});
  world.wait(serves(with_replicas(order, 1)));
}

}  // namespace depops::test

#include <catch2/catch.hpp>

#include "agent/kubernetes/api/patch.h"
#include "tests/contract/kubernetes/visitor.h"

using namespace depops;
using namespace depops::test;
using kube::FailureKind;

TEST_CASE("what was created can be read, and has a uid and a version of its own") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "settings");
  const auto made = agent->create(kConfigMaps, key.space, config_map(key, "colour", "blue"));
  REQUIRE(made.ok());
  const auto read = agent->get(kConfigMaps, key);
  REQUIRE(read.ok());
  CHECK(read->meta == made->meta);
  CHECK(read->meta.key == key);
  CHECK_FALSE(read->meta.uid.empty());
  CHECK_FALSE(read->meta.version.empty());
  CHECK(read->body["data"]["colour"].as_string() == "blue");
}

TEST_CASE("an object that is there already is a conflict that says so") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "settings");
  REQUIRE(agent->create(kConfigMaps, key.space, config_map(key, "colour", "blue")).ok());
  const auto again = agent->create(kConfigMaps, key.space, config_map(key, "colour", "red"));
  REQUIRE_FALSE(again.ok());
  CHECK(again.failure().kind == FailureKind::conflict);
  CHECK(again.failure().already_exists());
  CHECK(agent.pauses.empty());
}

TEST_CASE("what is not there is not found, with place and name") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "nothing");
  const auto read = agent->get(kConfigMaps, key);
  REQUIRE_FALSE(read.ok());
  CHECK(read.failure().kind == FailureKind::not_found);
  CHECK(read.failure().what.find("get configmaps nothing in " + key.space.str()) != std::string::npos);
}

TEST_CASE("delete takes only the life of a name that was meant") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "settings");
  const auto first = agent->create(kConfigMaps, key.space, config_map(key, "colour", "blue"));
  REQUIRE(first.ok());
  REQUIRE(agent->remove(kConfigMaps, key, {first->meta.uid}).ok());
  const auto second = agent->create(kConfigMaps, key.space, config_map(key, "colour", "red"));
  REQUIRE(second.ok());

  const auto refused = agent->remove(kConfigMaps, key, {first->meta.uid});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().kind == FailureKind::conflict);
  CHECK(agent->get(kConfigMaps, key).ok());
  const auto old = agent->remove(kConfigMaps, key, {second->meta.uid, kube::ResourceVersion("1")});
  REQUIRE_FALSE(old.ok());
  CHECK(old.failure().kind == FailureKind::conflict);

  REQUIRE(agent->remove(kConfigMaps, key, {second->meta.uid, second->meta.version}).ok());
  const auto gone = agent->remove(kConfigMaps, key, {second->meta.uid});
  REQUIRE_FALSE(gone.ok());
  CHECK(gone.failure().kind == FailureKind::not_found);
}

TEST_CASE("apply makes what is not there, changes what is, and leaves nothing as it was if nothing changed") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "web");
  const auto made = agent->apply(kDeployments, key, deployment(key, 2));
  REQUIRE(made.ok());
  CHECK(made->body["spec"]["replicas"].as_int() == 2);
  const auto same = agent->apply(kDeployments, key, deployment(key, 2));
  REQUIRE(same.ok());
  CHECK(same->meta == made->meta);
  const auto more = agent->apply(kDeployments, key, deployment(key, 3));
  REQUIRE(more.ok());
  CHECK(more->body["spec"]["replicas"].as_int() == 3);
  CHECK(more->meta.uid == made->meta.uid);
  CHECK(more->meta.version != made->meta.version);
}

TEST_CASE("apply over a field of another manager is a conflict that names him, unless it is forced") {
  Visitor agent(admin());
  Visitor other(admin(), "kubectl-edit");
  const auto key = key_in(fresh_namespace(), "web");
  REQUIRE(agent->apply(kDeployments, key, deployment(key, 2)).ok());
  REQUIRE(other->apply(kDeployments, key, just_replicas(key, 5), kube::Client::Force::yes).ok());

  const auto refused = agent->apply(kDeployments, key, deployment(key, 2));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().kind == FailureKind::conflict);
  CHECK_FALSE(refused.failure().already_exists());
  REQUIRE(refused.failure().causes.size() == 1);
  CHECK(refused.failure().causes[0].manager == kube::FieldManager("kubectl-edit"));
  CHECK(refused.failure().causes[0].field == ".spec.replicas");
  CHECK(refused.failure().what.find(".spec.replicas belongs to kubectl-edit") != std::string::npos);
  CHECK(agent->get(kDeployments, key)->body["spec"]["replicas"].as_int() == 5);

  const auto forced = agent->apply(kDeployments, key, deployment(key, 2), kube::Client::Force::yes);
  REQUIRE(forced.ok());
  CHECK(forced->body["spec"]["replicas"].as_int() == 2);
}

TEST_CASE("a field that was applied and is no longer named goes, that of another stays") {
  Visitor agent(admin());
  Visitor other(admin(), "somebody");
  const auto key = key_in(fresh_namespace(), "settings");
  REQUIRE(agent->apply(kConfigMaps, key, config_map(key, "ours", "1")).ok());
  REQUIRE(other->apply(kConfigMaps, key, config_map(key, "theirs", "1")).ok());
  const auto changed = agent->apply(kConfigMaps, key, config_map(key, "new", "1"));
  REQUIRE(changed.ok());
  const json::Value& data = changed->body["data"];
  CHECK(data["new"].as_string() == "1");
  CHECK(data["theirs"].as_string() == "1");
  CHECK(data.find("ours") == nullptr);
}

TEST_CASE("a JSON patch is made only while its tests hold") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "settings");
  const auto made = agent->create(kConfigMaps, key.space, config_map(key, "colour", "blue"));
  REQUIRE(made.ok());
  const auto colour = kube::pointer_of({"data", "colour"});
  const auto label = kube::pointer_of({"metadata", "labels"});

  kube::JsonPatch good;
  json::Value labels;
  labels.add("depops.io/service", "checkout");
  good.test(colour, "blue").replace(colour, "green").add(label, labels);
  const auto patched = agent->patch(kConfigMaps, key, good);
  REQUIRE(patched.ok());
  CHECK(patched->body["data"]["colour"].as_string() == "green");

  kube::JsonPatch late;
  late.test(colour, "blue")
      .replace(colour, "red")
      .remove(kube::pointer_of({"metadata", "labels", "depops.io/service"}));
  const auto refused = agent->patch(kConfigMaps, key, late);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().kind == FailureKind::conflict);
  const auto after = agent->get(kConfigMaps, key);
  CHECK(after->meta.version == patched->meta.version);
  CHECK(after->body["metadata"]["labels"]["depops.io/service"].as_string() == "checkout");
}

TEST_CASE("scale changes the replicas and nothing else") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "web");
  REQUIRE(agent->create(kDeployments, key.space, deployment(key, 2)).ok());
  const auto scaled = agent->scale(kDeployments, key, 7);
  REQUIRE(scaled.ok());
  CHECK(scaled->body["kind"].as_string() == "Scale");
  CHECK(scaled->body["spec"]["replicas"].as_int() == 7);
  const auto read = agent->get(kDeployments, key);
  REQUIRE(read.ok());
  CHECK(read->body["spec"]["replicas"].as_int() == 7);
  CHECK(read->meta.version == scaled->meta.version);
}

TEST_CASE("scaling under terms is refused unless it is that life of the object, scaled as it was seen") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "web");
  const auto made = agent->create(kDeployments, key.space, deployment(key, 0));
  REQUIRE(made.ok());
  const kube::Uid uid = made->meta.uid;
  const auto kind_of = [&](const kube::ScaleTerms& terms, std::uint32_t replicas) {
    const auto scaled = agent->scale(kDeployments, key, terms, replicas);
    return scaled.ok() ? "scaled" : kube::name_of(scaled.failure().kind);
  };
  const std::string conflict = kube::name_of(FailureKind::conflict);
  CHECK(kind_of({uid, 1}, 3) == conflict);
  CHECK(kind_of({kube::Uid("of-another-life"), 0}, 3) == conflict);
  CHECK(kind_of({uid, 0}, 3) == std::string("scaled"));
  CHECK(kind_of({uid, 0}, 4) == conflict);
  CHECK(kind_of({uid, 3}, 0) == std::string("scaled"));
  CHECK(agent->get(kDeployments, key)->body["spec"]["replicas"].as_int() == 0);
}

TEST_CASE("a trial is answered like the real thing, and nothing was made") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "web");
  CHECK(agent->create(kDeployments, key.space, deployment(key, 1), kube::Client::Trial::yes).ok());
  CHECK(agent->get(kDeployments, key).failure().kind == FailureKind::not_found);
  const auto refused = agent->create(kDeployments, key.space, deployment(key, -1), kube::Client::Trial::yes);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().kind == FailureKind::invalid);
}

TEST_CASE("what would be made and is there already is nothing that a server refuses") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "web");
  CHECK_FALSE(agent->would_refuse(kDeployments, deployment(key, 1)));
  const auto refused = agent->would_refuse(kDeployments, deployment(key, -1));
  REQUIRE(refused);
  CHECK(refused->kind == FailureKind::invalid);
  REQUIRE(agent->create(kDeployments, key.space, deployment(key, 1)).ok());
  CHECK_FALSE(agent->would_refuse(kDeployments, deployment(key, 2)));
  CHECK(agent->get(kDeployments, key)->body["spec"]["replicas"].as_int() == 1);
}

TEST_CASE("what the server will never take is invalid, with its causes by field") {
  Visitor agent(admin());
  const auto key = key_in(fresh_namespace(), "web");
  const auto refused = agent->create(kDeployments, key.space, deployment(key, -1));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().kind == FailureKind::invalid);
  REQUIRE_FALSE(refused.failure().causes.empty());
  CHECK(refused.failure().causes[0].field == "spec.replicas");
  CHECK(refused.failure().causes[0].reason == "FieldValueInvalid");
  CHECK(refused.failure().what.find("spec.replicas") != std::string::npos);
}

TEST_CASE("who may not is told the line of a Role that would allow it") {
  const auto key = key_in(fresh_namespace(), "web");
  Visitor plain(with_token(api_server().plain_token()));
  const auto refused = plain->scale(kDeployments, key, 3);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.failure().kind == FailureKind::forbidden);
  CHECK(refused.failure().missing_rule ==
        R"(- {apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["patch"]})");
  CHECK(refused.failure().what.find("a Role in namespace " + key.space.str()) != std::string::npos);
  const auto everywhere = plain->list(kDeployments, {}, {}, 10);
  REQUIRE_FALSE(everywhere.ok());
  CHECK(everywhere.failure().missing_rule == R"(- {apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"]})");
  CHECK(everywhere.failure().what.find("a ClusterRole") != std::string::npos);
}

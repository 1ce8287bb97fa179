#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/contract/runtime/kubernetes_fake.h"
#include "tests/contract/runtime/kubernetes_world.h"

// What goes wrong between the runtime and a cluster, each time with the same end: what was ordered is there, once.
namespace depops::test {
namespace {

using agent::RuntimeFacts;
using What = Fault::What;

constexpr const char* kCreates = "deployments?fieldManager";  // not as a dry run
constexpr const char* kRehearses = "deployments?dryRun";
constexpr const char* kScales = "/scale?";

// No fault outlives its test.
struct Forgiven {
  Forgiven() { (void)fake_kubernetes().requests(); }
  ~Forgiven() {
    fake_kubernetes().hold_watches(false);
    fake_kubernetes().forgive();
  }
};

std::string status(const std::string& reason, const std::string& message) {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":")" + reason + R"(","message":")" + message +
         "\"}";
}

Fault answer(const char* method, const char* path, int code, const std::string& body = "") {
  return {What::answer, method, code, "", body, path};
}

auto has(const agent::SetOrder& order, std::uint32_t ready) {
  return [order, ready](const RuntimeFacts& facts) {
    return std::ranges::any_of(facts.sets, [&](const agent::SetFacts& set) {
      return set.set == order.snapshot.set && set.ready == ready && set.running == ready && set.retiring == 0;
    });
  };
}

auto tells(const std::string& words) {
  return [words](const RuntimeFacts& facts) {
    return std::ranges::any_of(facts.sets,
                               [&](const auto& set) { return set.trouble.find(words) != std::string::npos; });
  };
}

std::size_t count(const std::vector<std::string>& requests, const std::string& method, const std::string& path) {
  return static_cast<std::size_t>(std::ranges::count_if(requests, [&](const std::string& request) {
    return request.starts_with(method + " ") && request.find(path) != std::string::npos;
  }));
}

// Three instances come to be, whatever happens at the start of it.
void comes_true(KubernetesWorld& world) {
  const auto order = world.order("1.0", 3);
  world.apply({1, {order}, {}});
  world.wait(has(order, 3));
  CHECK(world.all(kDeploymentKind).size() == 1);
  CHECK(world.all(kPodKind).size() == 3);
}

}  // namespace

TEST_CASE("409: a write that meets another one is decided again") {
  const Forgiven forgiven;
  KubernetesWorld world;
  fake_kubernetes().will(answer("POST", kCreates, 409, status("Conflict", "the object has been modified")));
  fake_kubernetes().will(answer("PATCH", kScales, 409, status("Conflict", "the object has been modified")));
  comes_true(world);
}

TEST_CASE("422: what the server does not take is told in its words, and nothing was made") {
  const Forgiven forgiven;
  KubernetesWorld world;
  fake_kubernetes().will(answer("POST", kRehearses, 422, status("Invalid", "spec.template: Required value")), 3);
  const auto order = world.order("1.0", 1);
  world.apply({1, {order}, {}});
  world.wait(tells("spec.template: Required value"));
  CHECK(world.all(kDeploymentKind).empty());
  world.wait(has(order, 1));
}

TEST_CASE("429: what the server has no time for is said again after the pause that it asks for") {
  const Forgiven forgiven;
  KubernetesWorld world;
  fake_kubernetes().will({What::answer, "POST", 429, "1", "", kCreates});
  fake_kubernetes().will({What::answer, "PATCH", 429, "1", "", kScales});
  comes_true(world);
}

TEST_CASE("500: a server in trouble is asked again, and what it may have done is looked at first") {
  const Forgiven forgiven;
  KubernetesWorld world;
  fake_kubernetes().will(answer("POST", kCreates, 500));
  fake_kubernetes().will(answer("PATCH", kScales, 500));
  comes_true(world);
}

TEST_CASE("no answer, before the effect or after it: done once") {
  const Forgiven forgiven;
  KubernetesWorld world;
  const What what = GENERATE(What::break_off, What::break_off_after_effect);
  for (const auto& [method, path] : {std::pair("POST", kCreates), std::pair("PATCH", kScales)})
    fake_kubernetes().will({what, method, 0, "", "", path});
  comes_true(world);
}

TEST_CASE("a stop of which nobody knows ends no pod that was not meant") {
  const Forgiven forgiven;
  KubernetesWorld world;
  const What what = GENERATE(What::break_off, What::break_off_after_effect);
  auto order = world.order("1.0", 3);
  world.apply({1, {order}, {}});
  world.wait(has(order, 3));
  order.replicas = 2;
  world.apply({2, {order}, {}});
  const RuntimeFacts facts =
      world.wait([](const RuntimeFacts& now) { return !now.sets.empty() && now.sets.at(0).retiring == 1; });
  const auto retiring =
      std::ranges::find(facts.endpoints, agent::EndpointState::retiring, &agent::EndpointFacts::state);
  REQUIRE(retiring != facts.endpoints.end());
  fake_kubernetes().will({what, "PATCH", 0, "", "", kScales});
  world.apply({3, {order}, {retiring->id}});
  const RuntimeFacts after = world.wait(has(order, 2));
  CHECK(std::ranges::none_of(after.endpoints, [&](const auto& endpoint) { return endpoint.id == retiring->id; }));
  CHECK(world.all(kPodKind).size() == 2);
}

TEST_CASE("watches that are cut or refused go on, and 410 begins with a list") {
  const Forgiven forgiven;
  KubernetesWorld world;
  auto order = world.order("1.0", 1);
  world.apply({1, {order}, {}});
  world.wait(has(order, 1));
  std::uint64_t seq = 1;
  const auto comes_through = [&] {
    order.replicas = order.replicas == 1 ? 2 : 3;
    world.apply({++seq, {order}, {}});
    world.wait(has(order, order.replicas));
  };
  fake_kubernetes().will(answer("WATCH", "", 500), 2);
  fake_kubernetes().cut_watches();
  comes_through();
  fake_kubernetes().forget_history();
  comes_through();
}

TEST_CASE("a stale cache: nothing is decided while our own last write has not come back") {
  const Forgiven forgiven;
  KubernetesWorld world;
  auto order = world.order("1.0", 1);
  world.apply({1, {order}, {}});
  world.wait(has(order, 1));
  (void)fake_kubernetes().requests();
  fake_kubernetes().hold_watches(true);
  order.replicas = 2;
  world.apply({2, {order}, {}});
  const auto scaled = [&world] { return world.all(kPodKind).size() == 2; };
  while (!scaled()) kubernetes_node().settle();
  order.replicas = 3;
  world.apply({3, {order}, {}});
  for (int i = 0; i < 5; ++i) kubernetes_node().settle();
  CHECK(count(fake_kubernetes().requests(), "PATCH", kScales) == 1);
  fake_kubernetes().hold_watches(false);
  world.wait(has(order, 3));
  CHECK(count(fake_kubernetes().requests(), "PATCH", kScales) == 1);
}

TEST_CASE("deleted and made again by somebody, with the same name: not touched, and told") {
  const Forgiven forgiven;
  KubernetesWorld world;
  const auto order = world.order("1.0", 1);
  world.apply({1, {order}, {}});
  world.wait(has(order, 1));
  world.stop_agent();
  const auto ours = world.admin().get(kDeploymentKind, world.key(order.snapshot.set.str()));
  REQUIRE(ours.ok());
  REQUIRE(world.admin().remove(kDeploymentKind, ours->meta.key, {ours->meta.uid}).ok());
  json::Value meta;
  json::Value spec;
  json::Value theirs;
  theirs.add("apiVersion", "apps/v1").add("kind", "Deployment").add("spec", spec.add("replicas", 0));
  theirs.add("metadata", meta.add("name", order.snapshot.set.str()).add("namespace", world.space().str()));
  const auto there = world.admin().create(kDeploymentKind, world.space(), theirs);
  REQUIRE(there.ok());
  world.start_agent();
  world.apply({1, {order}, {}});
  world.wait(tells("was not made by the agent of fra-1"));
  CHECK(world.admin().get(kDeploymentKind, there->meta.key)->meta.version == there->meta.version);
}

TEST_CASE("a namespace that is ending is told in the server's words") {
  const Forgiven forgiven;
  KubernetesWorld world;
  fake_kubernetes().will(
      answer("POST", kRehearses, 403,
             status("Forbidden", "unable to create new content in namespace shop because it is being terminated")),
      2);
  const auto order = world.order("1.0", 1);
  world.apply({1, {order}, {}});
  world.wait(tells("because it is being terminated"));
}

TEST_CASE("a token that has expired is told, and a fresh one is taken up from its file") {
  const Forgiven forgiven;
  KubernetesWorld world;
  world.stop_agent();
  const std::string file = world.settings.artifacts_dir + ".token";
  world.settings.access.certificate = world.settings.access.key = {};
  world.settings.access.token_file = file;
  std::ofstream(file) << fake_kubernetes().admin_token();
  world.start_agent();
  auto order = world.order("1.0", 1);
  world.apply({1, {order}, {}});
  world.wait(has(order, 1));
  std::ofstream(file) << "expired";
  order.replicas = 2;
  world.apply({2, {order}, {}});
  world.wait(tells("credentials"));
  std::ofstream(file) << fake_kubernetes().admin_token();
  world.wait(has(order, 2));
}

TEST_CASE("a part was made and the agent died: the rest is made before any pod starts") {
  const Forgiven forgiven;
  KubernetesWorld world;
  fake_kubernetes().will(answer("POST", "configmaps?fieldManager", 403, status("Forbidden", "quota")), 1'000);
  const auto order = world.order("1.0", 1);
  world.apply({1, {order}, {}});
  world.wait(tells("quota"));
  world.stop_agent();
  REQUIRE(world.all(kDeploymentKind).size() == 1);
  CHECK(world.all(kPodKind).empty());
  fake_kubernetes().forgive();
  const auto before = world.all(kDeploymentKind).at(0).meta.uid;
  (void)fake_kubernetes().requests();
  world.start_agent();
  world.apply({1, {order}, {}});
  world.wait(has(order, 1));
  CHECK(world.all(kDeploymentKind).at(0).meta.uid == before);
  const auto requests = fake_kubernetes().requests();
  const auto attached = std::ranges::find_if(requests, [](const std::string& request) {
    return request.starts_with("POST ") && request.find("configmaps?fieldManager") != std::string::npos;
  });
  const auto scaled = std::ranges::find_if(
      requests, [](const std::string& request) { return request.find(kScales) != std::string::npos; });
  CHECK(attached < scaled);
}

TEST_CASE("while the server is away what was told stays, with the reason") {
  const Forgiven forgiven;
  KubernetesWorld world;
  const auto order = world.order("1.0", 1);
  world.apply({1, {order}, {}});
  world.wait(has(order, 1));
  fake_kubernetes().will(answer("WATCH", "/pods?", 503), 1'000);
  fake_kubernetes().cut_watches();
  const RuntimeFacts facts = world.wait([](const RuntimeFacts& now) { return !now.sets.at(0).trouble.empty(); });
  CHECK(facts.sets.at(0).ready == 1);
  fake_kubernetes().forgive();
  world.wait([](const RuntimeFacts& now) { return now.sets.at(0).trouble.empty(); });
}

TEST_CASE("quotas are read once when a version is made, and once when it gets its first pods") {
  const Forgiven forgiven;
  KubernetesWorld world;
  auto order = world.order("1.0", 1);
  order.height = 1;
  world.apply({1, {order}, {}});
  world.wait(has(order, 1));
  CHECK(count(fake_kubernetes().requests(), "GET", "/resourcequotas") == 2);
}

TEST_CASE("one step of a rollout costs few requests, and a rest none") {
  const Forgiven forgiven;
  KubernetesWorld world;
  auto order = world.order("1.0", 2);
  world.apply({1, {order}, {}});
  world.wait(has(order, 2));
  (void)fake_kubernetes().requests();
  order.replicas = 3;
  world.apply({2, {order}, {}});
  world.wait(has(order, 3));
  const auto requests = fake_kubernetes().requests();
  CHECK(count(requests, "PATCH", kScales) == 1);
  CHECK(count(requests, "POST", "deployments") == 0);
  CHECK(count(requests, "GET", "deployments") == 0);
}

}  // namespace depops::test

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/contract/kubernetes/fake_server.h"
#include "tests/contract/kubernetes_rollout/rolled_site.h"

// What went wrong with others, named as they named it, played with the whole agent. The rules of the cluster
// (cluster_rules.h) are looked at after every change, so "nobody loses a pod that serves" is part of each.
namespace depops::test {
namespace {

using rollout::State;
using rollout::Verb;
using Changes = RolledSite::Changes;

constexpr int kTurnsOfQuiet = 100;

std::map<std::string, unsigned> whole(const std::string& label, unsigned replicas = kRolledReplicas) {
  return {{rolled_set(label), replicas}};
}

// Version 1 serves.
void begin(RolledSite& site) {
  site.deploy("1");
  REQUIRE(site.becomes([&] { return site.has_ended() && site.pods() == whole("1"); }));
  REQUIRE(site.status().state == State::completed);
  site.rules([](ClusterRules& rules) { rules.serves(); });
}

void finish(RolledSite& site, State state, const std::string& label) {
  const bool ended = site.becomes([&] { return site.has_ended(); });
  INFO(site.story());
  REQUIRE(ended);
  REQUIRE(site.status().state == state);
  REQUIRE(site.becomes([&] { return site.pods() == whole(label); }));
  CHECK(site.weight(label) > 0);
  CHECK(site.broken() == "");
}

// 25 %, a pause, 50 %, a pause, all.
Changes paused(bool dynamic = false) {
  return [dynamic](sync::Target& target) {
    auto& canary = std::get<rollout::Canary>(target.plan.strategy);
    canary.steps = {rollout::SetWeight{25}, rollout::Pause{}, rollout::SetWeight{50}, rollout::Pause{}};
    canary.dynamic_stable_scale = dynamic;
  };
}

Changes superseding(Changes more = {}) {
  return [more](sync::Target& target) {
    target.supersede = true;
    if (more) more(target);
  };
}

bool is_paused(RolledSite& site, std::uint32_t step) {
  return site.becomes([&] {
    const auto now = site.status();
    return now.state == State::paused && now.step == step;
  });
}

void advance(RolledSite& site) {
  const auto answer = site.ask(Verb::advance);
  REQUIRE(answer.ok());
  INFO(answer->text);
  REQUIRE(answer->accepted);
}

void abort(RolledSite& site) {
  const auto answer = site.ask(Verb::abort);
  REQUIRE(answer.ok());
  REQUIRE(answer->accepted);
}

bool nothing_is_written(RolledSite& site) {
  for (int i = 0; i < kTurnsOfQuiet; ++i) site.turn();
  (void)fake_server().requests();
  for (int i = 0; i < kTurnsOfQuiet; ++i) site.turn();
  return std::ranges::all_of(fake_server().requests(),
                             [](const std::string& request) { return request.starts_with("GET "); });
}

}  // namespace

TEST_CASE("argo-rollouts#1292: an abort while nothing is under way is refused and writes nothing") {
  RolledSite site(1);
  begin(site);
  (void)fake_server().requests();
  const auto answer = site.ask(Verb::abort);
  REQUIRE(answer.ok());
  CHECK_FALSE(answer->accepted);
  CHECK(nothing_is_written(site));
  CHECK(site.pods() == whole("1"));
}

TEST_CASE("argo-rollouts#1415: a number that changes at any step costs no pod that is needed") {
  RolledSite site(2);
  begin(site);
  site.deploy("2", paused());
  const auto scale = [&](std::uint32_t replicas) {
    site.rules([&](ClusterRules& rules) { rules.sized(std::min(replicas, kRolledReplicas), kRolledReplicas); });
    const auto answer = site.ask(Verb::scale, replicas);
    REQUIRE(answer.ok());
    INFO(answer->text);
    REQUIRE(answer->accepted);
    REQUIRE(site.becomes([&] { return site.pods()[rolled_set("1")] == replicas; }));
  };
  REQUIRE(is_paused(site, 1));
  scale(3);
  advance(site);
  REQUIRE(is_paused(site, 3));
  scale(4);
  advance(site);
  finish(site, State::completed, "2");
}

TEST_CASE("argo-rollouts#2050, #3586: the old version shrinks behind the new one's pods, its weight and the drain") {
  RolledSite site(3);
  begin(site);
  site.deploy(
      "2", [](sync::Target& target) { std::get<rollout::Canary>(target.plan.strategy).dynamic_stable_scale = true; });
  finish(site, State::completed, "2");
}

TEST_CASE("argo-rollouts#3020: the stable version, deployed again in the middle, gets its pods before its requests") {
  RolledSite site(4);
  begin(site);
  site.deploy("2", paused(true));
  REQUIRE(is_paused(site, 1));
  advance(site);
  REQUIRE(is_paused(site, 3));
  REQUIRE(site.becomes([&] { return site.pods()[rolled_set("1")] < kRolledReplicas; }));
  site.deploy("1", superseding());
  finish(site, State::completed, "1");
}

TEST_CASE(
    "argo-rollouts#777, #4898: an abort whose stable version is ill keeps what serves, and ends once it is well") {
  RolledSite site(5);
  begin(site);
  site.deploy("2", paused(true));
  REQUIRE(is_paused(site, 1));
  advance(site);
  REQUIRE(is_paused(site, 3));
  const auto ready = [&] {
    unsigned count = 0;
    site.rules([&](const ClusterRules& rules) { count = rules.ready(rolled_set("2")); });
    return count;
  };
  const unsigned canary = ready();
  REQUIRE(canary > 0);
  site.rules([](ClusterRules& rules) { rules.serves(false); });  // the cluster's doing, not ours
  site.life([](ClusterLife& life) { life.ill(rolled_set("1")); });
  abort(site);
  for (int i = 0; i < kTurnsOfQuiet; ++i) site.turn();
  CHECK(ready() == canary);
  site.life([](ClusterLife& life) { life.well(rolled_set("1")); });
  const bool ended = site.becomes([&] { return site.has_ended() && site.pods() == whole("1"); });
  INFO(site.story());
  CHECK(ended);
  CHECK(site.weight("2") == 0);
}

TEST_CASE(
    "argo-rollouts#1731, #2507; flagger#374, #773: what ran before stays whole until all requests went elsewhere") {
  RolledSite site(15);
  json::Value spec =
      parsed(R"({"selector":{"matchLabels":{"app":"checkout"}},"template":{"metadata":{"labels":{"app":"checkout"}},)"
             R"("spec":{"containers":[{"name":"web","image":"registry.test/checkout:0"}]}}})");
  spec.add("replicas", static_cast<int>(kRolledReplicas));
  json::Value before = parsed(
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"checkout","namespace":")" + site.space() +
      R"(","labels":{"depops.io/site":"fra-1","depops.io/service":"checkout","depops.io/adopt":"yes"}}})");
  before.add("spec", std::move(spec));
  fake_server().change([&](FakeObjects& objects) {
    REQUIRE(objects.create(kDeploymentsOfFake, site.space(), before, "kubectl").status == 201);
  });
  const std::map<std::string, unsigned> old{{"", kRolledReplicas}};
  REQUIRE(site.becomes([&] { return site.pods() == old; }));
  site.deploy("1");
  CHECK(site.becomes([&] {
    const unsigned left = site.pods()[""];
    CHECK((left == kRolledReplicas || site.weight("1") == 100));
    return site.has_ended();
  }));
  finish(site, State::completed, "1");
}

TEST_CASE("argo-rollouts#3331, #2048: a third version takes over from the second at every step") {
  const std::uint32_t step = GENERATE(1U, 3U);
  RolledSite site(6 + step);
  begin(site);
  site.deploy("2", paused());
  REQUIRE(is_paused(site, 1));
  if (step == 3) {
    advance(site);
    REQUIRE(is_paused(site, 3));
  }
  site.deploy("3", superseding());
  finish(site, State::completed, "3");
}

TEST_CASE("argo-rollouts#3756, #1152: an abort of a paused rollout ends") {
  RolledSite site(10);
  begin(site);
  site.deploy("2", paused());
  REQUIRE(is_paused(site, 1));
  REQUIRE(site.ask(Verb::pause).ok());
  abort(site);
  finish(site, State::aborted, "1");
}

TEST_CASE("argo-rollouts#3120, #2929: a retry after an abort is one new attempt, and comes to its end") {
  RolledSite site(11);
  begin(site);
  site.deploy("2", paused());
  REQUIRE(is_paused(site, 1));
  abort(site);
  finish(site, State::aborted, "1");
  const auto answer = site.ask(Verb::retry);
  REQUIRE(answer.ok());
  INFO(answer->text);
  REQUIRE(answer->accepted);
  REQUIRE(is_paused(site, 1));
  CHECK(site.status().attempt == 2);
  advance(site);
  REQUIRE(is_paused(site, 3));
  advance(site);
  finish(site, State::completed, "2");
  CHECK(site.status().attempt == 2);
}

TEST_CASE("flagger#862, #1163: the stable version deployed once more changes nothing") {
  RolledSite site(12);
  begin(site);
  (void)nothing_is_written(site);
  site.deploy("1");
  CHECK(nothing_is_written(site));
  finish(site, State::completed, "1");
}

TEST_CASE("kubernetes#49637, #106697: pods that never get ready end a rollout by our own deadline") {
  RolledSite site(13);
  begin(site);
  site.life([](ClusterLife& life) { life.ill(rolled_set("2")); });
  site.deploy("2", [](sync::Target& target) { target.plan.step_timeout = Millis(2'000); });
  finish(site, State::rolled_back, "1");
  CHECK(site.weight("2") == 0);
}

TEST_CASE("flagger#1898, #1202: a version that ends by itself with all requests leaves the earlier one to go back to") {
  RolledSite site(14);
  begin(site);
  site.deploy("2", [](sync::Target& target) { target.plan.bake = Millis(60'000); });
  REQUIRE(site.becomes([&] { return site.weight("2") == 100; }));
  site.rules([](ClusterRules& rules) { rules.serves(false); });  // the cluster's doing, not ours
  site.life([](ClusterLife& life) { life.crash(rolled_set("2")); });
  finish(site, State::rolled_back, "1");
}

}  // namespace depops::test

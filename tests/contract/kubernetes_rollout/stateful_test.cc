#include <catch2/catch.hpp>

#include "tests/contract/kubernetes/fake_server.h"
#include "tests/contract/kubernetes_rollout/rolled_site.h"

// Versions that take turns in one StatefulSet, with the whole agent. There are never fewer pods than all but one.
namespace depops::test {
namespace {

using rollout::State;

std::map<std::string, unsigned> all_of(const std::string& label) { return {{rolled_set(label), kRolledReplicas}}; }

void begin_stateful(RolledSite& site) {
  site.deploy("1");
  const bool ended = site.becomes([&] { return site.has_ended() && site.pods() == all_of("1"); });
  INFO(site.story());
  REQUIRE(ended);
  REQUIRE(site.status().state == State::completed);
  site.rules([](ClusterRules& rules) {
    rules.sized(kRolledReplicas - 1, kRolledReplicas);
    rules.serves();
  });
}

void end_stateful(RolledSite& site, State state, const std::string& label) {
  const bool ended = site.becomes([&] { return site.has_ended(); });
  INFO(site.story());
  REQUIRE(ended);
  REQUIRE(site.status().state == state);
  REQUIRE(site.becomes([&] { return site.pods() == all_of(label); }));
  CHECK(site.weight(label) > 0);
  CHECK(site.broken() == "");
}

RolledSite::Changes within(Millis step_timeout) {
  return [step_timeout](sync::Target& target) { target.plan.step_timeout = step_timeout; };
}

}  // namespace

TEST_CASE("a version takes the places of the one before in a StatefulSet, one by one") {
  RolledSite site(21, {.stateful = true});
  begin_stateful(site);
  site.deploy("2");
  end_stateful(site, State::completed, "2");
  site.deploy("1");
  end_stateful(site, State::completed, "1");
}

TEST_CASE("kubernetes#67250: a StatefulSet goes back from a version that does not work, though its pod is in the way") {
  RolledSite site(22, {.stateful = true});
  begin_stateful(site);
  const bool crashes = GENERATE(false, true);
  site.life([&](ClusterLife& life) { crashes ? life.crash(rolled_set("2")) : life.ill(rolled_set("2")); });
  site.deploy("2", within(Millis(2'000)));
  end_stateful(site, State::rolled_back, "1");
  CHECK(site.weight("2") == 0);
}

TEST_CASE("a version in a StatefulSet that fails when it has all places gives them back") {
  RolledSite site(23, {.stateful = true});
  begin_stateful(site);
  site.deploy("2", [](sync::Target& target) { target.plan.bake = Millis(60'000); });
  REQUIRE(site.becomes([&] { return site.pods() == all_of("2") && site.weight("2") == 100; }));
  site.rules([](ClusterRules& rules) { rules.serves(false); });  // the cluster's doing, not ours
  site.life([](ClusterLife& life) { life.crash(rolled_set("2")); });
  end_stateful(site, State::rolled_back, "1");
}

TEST_CASE("a third version takes over from one that is half-way in a StatefulSet") {
  RolledSite site(24, {.stateful = true});
  begin_stateful(site);
  site.deploy("2");
  REQUIRE(site.becomes([&] { return site.pods()[rolled_set("2")] > 1; }));
  site.restart_agent();
  site.deploy("3", [](sync::Target& target) { target.supersede = true; });
  end_stateful(site, State::completed, "3");
}

TEST_CASE("what a StatefulSet can not do is refused before anything is touched") {
  RolledSite site(25, {.stateful = true});
  begin_stateful(site);
  (void)fake_server().requests();
  site.deploy("2", [](sync::Target& target) { target.plan.strategy = rollout::Rolling{{25, true}, {0, false}}; });
  const bool ended = site.becomes([&] { return site.has_ended(); });
  INFO(site.story());
  REQUIRE(ended);
  CHECK(site.status().state == State::aborted);
  CHECK(site.status().reason.starts_with("maxSurge 25%: a StatefulSet has no instance beside"));
  CHECK(site.pods() == all_of("1"));
}

}  // namespace depops::test

#include <catch2/catch.hpp>

#include "tests/contract/kubernetes/fake_server.h"
#include "tests/contract/kubernetes_rollout/rolled_site.h"

// Versions that take turns on the nodes of one DaemonSet, with the whole agent. There are never fewer pods than all but
// one of its nodes have.
namespace depops::test {
namespace {

using rollout::State;

// The versions declare another number than there are nodes, each one its own.
RolledSite::Changes on_nodes(Millis step_timeout = Millis(60'000)) {
  return [step_timeout](sync::Target& target) {
    target.plan.target.workload.replicas = static_cast<std::uint32_t>(target.epoch.value() % 3 + 1);
    target.plan.step_timeout = step_timeout;
  };
}

void begin_daemon(RolledSite& site) {
  site.deploy("1", on_nodes());
  const bool ended = site.becomes([&] { return site.has_ended() && site.row() == "1111"; });
  INFO(site.story());
  REQUIRE(ended);
  REQUIRE(site.status().state == State::completed);
  site.rules([](ClusterRules& rules) {
    rules.sized(kRolledReplicas - 1, kRolledReplicas);
    rules.serves();
  });
}

void end_daemon(RolledSite& site, State state, const std::string& label, const std::string& row) {
  const bool ended = site.becomes([&] { return site.has_ended(); });
  INFO(site.story());
  REQUIRE(ended);
  REQUIRE(site.status().state == state);
  REQUIRE(site.becomes([&] { return site.row() == row; }));
  CHECK(site.weight(label) > 0);
  CHECK(site.broken() == "");
}

}  // namespace

TEST_CASE("a version takes the nodes of the one before in a DaemonSet, one by one, whatever number it declares") {
  RolledSite site(31, {.daemon = true});
  begin_daemon(site);
  site.deploy("2", on_nodes());
  end_daemon(site, State::completed, "2", "2222");
  site.deploy("1", on_nodes());
  end_daemon(site, State::completed, "1", "1111");
}

TEST_CASE("a DaemonSet goes back from a version that does not work, and only the node that had it had it") {
  RolledSite site(32, {.daemon = true});
  begin_daemon(site);
  const bool crashes = GENERATE(false, true);
  site.life([&](ClusterLife& life) { crashes ? life.crash(rolled_set("2")) : life.ill(rolled_set("2")); });
  site.deploy("2", on_nodes(Millis(10'000)));  // enough for a busy machine to bring a pod
  REQUIRE(site.becomes([&] { return site.row() == "2111"; }));
  end_daemon(site, State::rolled_back, "1", "1111");
  CHECK(site.weight("2") == 0);
}

TEST_CASE("a version in a DaemonSet that fails when it has all nodes gives them back") {
  RolledSite site(33, {.daemon = true});
  begin_daemon(site);
  site.deploy("2", [](sync::Target& target) { target.plan.bake = Millis(60'000); });
  REQUIRE(site.becomes([&] { return site.row() == "2222" && site.weight("2") == 100; }));
  site.rules([](ClusterRules& rules) { rules.serves(false); });  // the cluster's doing, not ours
  site.life([](ClusterLife& life) { life.crash(rolled_set("2")); });
  end_daemon(site, State::rolled_back, "1", "1111");
}

TEST_CASE("a third version takes over from one that is half-way in a DaemonSet, and the agent is killed meanwhile") {
  RolledSite site(34, {.daemon = true});
  begin_daemon(site);
  site.deploy("2", on_nodes());
  REQUIRE(site.becomes([&] { return site.pods()[rolled_set("2")] > 1; }));
  site.restart_agent();
  site.deploy("3", [](sync::Target& target) { target.supersede = true; });
  end_daemon(site, State::completed, "3", "3333");
}

TEST_CASE("a node that comes while a version comes gets one of the two, and in the end the new one, as all have") {
  RolledSite site(35, {.daemon = true});
  begin_daemon(site);
  site.deploy("2", on_nodes());
  REQUIRE(site.becomes([&] { return site.pods()[rolled_set("2")] > 1; }));
  site.rules([](ClusterRules& rules) { rules.sized(kRolledReplicas - 1, kRolledReplicas + 1); });
  site.add_node();
  end_daemon(site, State::completed, "2", "22222");
}

TEST_CASE("what a DaemonSet can not do is refused before anything is touched, and nobody scales it") {
  RolledSite site(36, {.daemon = true});
  begin_daemon(site);
  const auto scaled = site.ask(rollout::Verb::scale, 7);
  REQUIRE(scaled.ok());
  CHECK_FALSE(scaled->accepted);
  CHECK(scaled->text.starts_with("the cluster decides how many instances a DaemonSet has"));
  site.deploy("2", [](sync::Target& target) { target.plan.strategy = rollout::Rolling{{25, true}, {0, false}}; });
  const bool ended = site.becomes([&] { return site.has_ended(); });
  INFO(site.story());
  REQUIRE(ended);
  CHECK(site.status().state == State::aborted);
  CHECK(site.status().reason.starts_with("maxSurge 25%: a DaemonSet has no instance beside"));
  CHECK(site.row() == "1111");
}

}  // namespace depops::test

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/e2e/stage/documents.h"
#include "tests/e2e/stage/site.h"

namespace depops::stage {
namespace {

constexpr Seconds kLong{60};
constexpr int kRequestsPerSecond = 200;

// A site with version 1.0, requests on it, and a canary of ten seconds at its first weight.
struct Scene {
  explicit Scene(const std::string& name) : stage("drift"), site(stage, name, name) {
    stage.depops({"env", "create", name, "--tier", "production"});
    stage.apply(canary_documents(stage, {{name}, "10s", "1s", "/ready"}));
    stage.publish("1.0");
    site.start_all(0);
    REQUIRE(stage.wait_for_end(stage.deploy("1.0", name), kLong)["state"].as_string() == "completed");
    site.start_stream(kRequestsPerSecond);
  }

  // The server of that version with the greatest weight.
  std::string server_of(const std::string& version) {
    std::string best;
    auto weights = site.weights();
    for (const Running& one : site.instances()) {
      const std::string server = one.instance.substr(one.instance.find('/') + 1);
      if (one.version == version && weights.contains(server) && (best.empty() || weights[server] > weights[best])) {
        best = server;
      }
    }
    REQUIRE_FALSE(best.empty());
    return best;
  }

  void set_weight(const std::string& server, unsigned weight) {
    const std::string path = std::string("be_") + kService + "/" + server;
    const std::string said = site.ask_haproxy("set server " + path + " weight " + std::to_string(weight));
    REQUIRE(said.find_first_not_of("\n ") == std::string::npos);
  }

  void wait_for_weights(const std::map<std::string, unsigned>& wanted) {
    wait_until("the weights are what was ordered", kLong, [&] { return site.weights() == wanted; });
  }

  // How often the agent took this decision, as the hub holds it.
  std::size_t leaves(const std::string& action) {
    const json::Value audit = stage.depops({"audit", "list", "--actor", "agent", "--limit", "0"});
    return static_cast<std::size_t>(std::ranges::count_if(
        audit["items"].items(), [&](const auto& leaf) { return leaf["action"].as_string() == action; }));
  }

  std::vector<std::string> failed_requests() {
    std::vector<std::string> lines = site.requests();
    std::erase_if(lines, [](const std::string& line) { return line.find(" 200 ") != std::string::npos; });
    return lines;
  }

  Stage stage;
  Site site;
};

bool has_pause(const json::Value& status, const std::string& reason) {
  return std::ranges::any_of(status["pauses"].items(), [&](const auto& pause) { return pause.as_string() == reason; });
}

}  // namespace

TEST_CASE("a weight altered behind the agent's back during a canary is put right once, then pauses the rollout") {
  Scene scene("fra-1");
  scene.stage.publish("1.1");
  const std::string id = scene.stage.deploy("1.1", "fra-1");
  wait_until("the canary is judged", kLong, [&] { return scene.site.status()["phase"].as_string() == "analyzing"; });
  const auto ordered = scene.site.weights();
  const std::string canary = scene.server_of("1.1");
  const unsigned weight = ordered.at(canary);

  // The first time: the ordered weight is written again, said so, and the rollout goes on.
  scene.set_weight(canary, 256);
  scene.wait_for_weights(ordered);
  wait_until("the hub knows of it", kLong, [&] { return scene.leaves("rollout.drift") == 1; });
  CHECK(scene.site.status()["state"].as_string() == "running");

  // The second time: nobody fights; the rollout stands, and everybody is told where to look.
  scene.set_weight(canary, 255);
  wait_until("the rollout is paused", kLong, [&] { return has_pause(scene.site.status(), "drift"); });
  wait_until("the hub knows of it", kLong, [&] { return scene.leaves("rollout.drift_again") == 1; });
  const std::string place = "weight of " + canary + " is 255, written was " + std::to_string(weight);
  CHECK_THAT(scene.site.status()["reason"].as_string(), Catch::Contains(place));
  json::Value deployment;
  wait_until("the hub shows the pause", kLong, [&] {
    deployment = scene.stage.deployment(id);
    return deployment["state"].as_string() == "paused";
  });
  CHECK_THAT(scene.stage.depops({"events", id, "--limit", "0"})["items"].items().back()["text"].as_string(),
             Catch::Contains(canary));
  CHECK(scene.site.weights().at(canary) == 255);

  scene.stage.depops({"rollout", "resume", id});
  scene.wait_for_weights(ordered);
  CHECK(scene.stage.wait_for_end(id, kLong)["state"].as_string() == "completed");
  CHECK(scene.leaves("rollout.drift") == 1);
  CHECK(scene.leaves("rollout.drift_again") == 1);
  CHECK(scene.failed_requests() == std::vector<std::string>{});
}

TEST_CASE("a weight altered behind the agent's back at rest is put right once, then told and left alone") {
  Scene scene("sin-1");
  wait_until("both instances have weight", kLong, [&] { return scene.site.weights().size() == 2; });
  const auto ordered = scene.site.weights();
  const std::string server = scene.server_of("1.0");

  scene.set_weight(server, 1);
  scene.wait_for_weights(ordered);
  wait_until("the hub knows of it", kLong, [&] { return scene.leaves("rollout.drift") == 1; });

  scene.set_weight(server, 2);
  wait_until("the hub knows of it", kLong, [&] { return scene.leaves("rollout.drift_again") == 1; });
  CHECK_THAT(scene.site.status()["reason"].as_string(), Catch::Contains("weight of " + server + " is 2"));
  CHECK(scene.site.weights().at(server) == 2);
  CHECK(scene.failed_requests() == std::vector<std::string>{});
}

}  // namespace depops::stage

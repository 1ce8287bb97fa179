#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/e2e/stage/site.h"

namespace depops::stage {
namespace {

constexpr Seconds kLong{60};
constexpr int kRequestsPerSecond = 200;
const std::string kSite = "fra-1";

// Canary at 25 % that waits for a person, watched all the time; the earlier version is kept for five minutes.
std::string documents(const Stage& stage, const std::string& on_failure) {
  return std::string("apiVersion: depops/v1\nkind: Pipeline\nmetadata: {name: ") + kService +
         "}\nspec:\n  workload:\n    process:\n      command: [bin/start]\n      portVariable: PORT\n"
         "      readiness: {http: {path: /ready}, interval: 200ms, timeout: 2s}\n      replicas: 2\n      drain: 5s\n"
         "      limits: {openFiles: 4096}\n  environments:\n    - name: " +
         kSite + "\n      settings: {STARTS: " + Site::starts_file(stage, kSite) +
         "}\n      strategy:\n        canary:\n          stepTimeout: 1m\n          background: {template: errors}\n"
         "          bake: 1s\n          keepOldFor: 5m\n          steps:\n            - setWeight: 25\n"
         "            - pause: {}\n      rollback: {scope: wave, onFailure: " +
         on_failure +
         "}\n---\napiVersion: depops/v1\nkind: AnalysisTemplate\nmetadata: {name: errors}\nspec:\n  metrics:\n"
         "    - name: answers\n      provider: {haproxy: {}}\n      test: {errors: {alpha: 0.05, toleratedRatio: 1}}\n"
         "      interval: 500ms\n      minRequests: 10\n      noDataLimit: 20\n";
}

struct Scene {
  Scene() : stage("strategies"), site(stage, kSite, kSite) {
    stage.depops({"env", "create", kSite, "--tier", "production"});
    stage.apply(documents(stage, "rollback"));
    stage.publish("1.0");
    site.start_all(0);
    REQUIRE(ended(stage.deploy("1.0", kSite)) == "completed");
    site.start_stream(kRequestsPerSecond);
  }

  std::string ended(const std::string& id) { return stage.wait_for_end(id, kLong)["state"].as_string(); }
  std::string phase() { return site.status()["phase"].as_string(); }
  std::string stable() { return site.status()["stable"].as_string(); }
  void wait_for_pause(const std::string& id) {
    wait_until("the canary of " + id + " waits for a person", kLong,
               [&] { return site.status()["deployment"].as_string() == id && phase() == "holding"; });
  }
  std::string complete(const std::string& label) {
    stage.publish(label);
    const std::string id = stage.deploy(label, kSite);
    wait_for_pause(id);
    stage.depops({"rollout", "advance", id});
    return ended(id);
  }
  std::string roll_back(const std::vector<std::string>& words) {
    std::vector<std::string> all = {"rollback", kService, "-e", kSite};
    all.insert(all.end(), words.begin(), words.end());
    return ended(stage.depops(all)["id"].as_string());
  }
  std::size_t starts_of(const std::string& version) {
    const auto starts = site.starts();
    return static_cast<std::size_t>(
        std::ranges::count_if(starts, [&](const std::string& line) { return line.rfind(version + " ", 0) == 0; }));
  }
  // Requests that failed, without the answers of a version that is bad on purpose.
  std::vector<std::string> failed_requests(const std::vector<std::string>& bad) {
    std::vector<std::string> lines = site.requests();
    std::erase_if(lines, [&](const std::string& line) {
      return line.find(" 200 ") != std::string::npos || std::ranges::any_of(bad, [&](const std::string& version) {
               return line.find(" " + version + " 500 ") != std::string::npos;
             });
    });
    return lines;
  }

  Stage stage;
  Site site;
};

bool has_pause(const json::Value& status, const std::string& reason) {
  return std::ranges::any_of(status["pauses"].items(), [&](const auto& pause) { return pause.as_string() == reason; });
}

}  // namespace

TEST_CASE("a canary is superseded by a third version, by way of the stable one, and no request fails") {
  Scene scene;
  scene.stage.publish("1.1");
  const std::string old = scene.stage.deploy("1.1", kSite);
  scene.wait_for_pause(old);
  scene.stage.publish("1.2");
  const std::string next =
      scene.stage.depops({"deploy", kService, "1.2", "-e", kSite, "--supersede"})["id"].as_string();
  CHECK(scene.ended(old) == "aborted");
  CHECK_THAT(scene.stage.deployment(old)["reason"].as_string(), Catch::Contains("superseded by"));
  scene.wait_for_pause(next);
  CHECK(scene.stable() == "1.0");
  scene.stage.depops({"rollout", "advance", next});
  CHECK(scene.ended(next) == "completed");
  CHECK(scene.stable() == "1.2");

  // Two versions back: to what ran before the one that was superseded.
  REQUIRE(scene.complete("1.3") == "completed");
  REQUIRE(scene.complete("1.4") == "completed");
  CHECK(scene.roll_back({"--to", "1.2"}) == "completed");
  CHECK(scene.stable() == "1.2");
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

TEST_CASE("the version before is kept warm, and going back to it starts nothing and fails no request") {
  Scene scene;
  REQUIRE(scene.complete("1.1") == "completed");
  const std::size_t starts = scene.starts_of("1.0");
  CHECK(scene.roll_back({}) == "completed");
  CHECK(scene.stable() == "1.0");
  CHECK(scene.starts_of("1.0") == starts);
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

TEST_CASE("a bad version that a pause without end holds is found beside the steps, and may be held for a person") {
  Scene scene;
  scene.stage.publish("1.1", {"0.05"});
  const std::string bad = scene.stage.deploy("1.1", kSite);
  CHECK(scene.ended(bad) == "rolled_back");
  CHECK_THAT(scene.stage.deployment(bad)["reason"].as_string(), Catch::Contains("evidence"));

  scene.stage.apply(documents(scene.stage, "hold"));
  scene.stage.publish("1.2", {"0.05"});
  const std::string held = scene.stage.deploy("1.2", kSite);
  wait_until("the failure is held", kLong, [&] { return has_pause(scene.site.status(), "failure"); });
  const auto weights = scene.site.weights();
  CHECK_THAT(scene.site.status()["reason"].as_string(), Catch::Contains("A person decides"));
  scene.stage.depops({"rollout", "abort", held});
  CHECK(scene.ended(held) == "aborted");
  CHECK(scene.site.weights() != weights);
  CHECK(scene.stable() == "1.0");
  CHECK(scene.failed_requests({"1.1", "1.2"}) == std::vector<std::string>{});
}

}  // namespace depops::stage

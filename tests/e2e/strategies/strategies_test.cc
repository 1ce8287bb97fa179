#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/e2e/strategies/scene.h"

namespace depops::stage {
namespace {

// Canary at 25 % that waits for a person, watched all the time; the earlier version is kept for five minutes.
std::string waiting_canary(const std::string& on_failure) {
  return "        canary:\n          stepTimeout: 1m\n          background: {template: errors}\n"
         "          bake: 1s\n          keepOldFor: 5m\n          steps:\n            - setWeight: 25\n"
         "            - pause: {}\n      rollback: {scope: wave, onFailure: " +
         on_failure + "}\n";
}

bool has_pause(const json::Value& status, const std::string& reason) {
  return std::ranges::any_of(status["pauses"].items(), [&](const auto& pause) { return pause.as_string() == reason; });
}

}  // namespace

TEST_CASE("a canary is superseded by a third version, by way of the stable one, and no request fails") {
  Scene scene(waiting_canary("rollback"));
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
  Scene scene(waiting_canary("rollback"));
  REQUIRE(scene.complete("1.1") == "completed");
  const std::size_t starts = scene.starts_of("1.0");
  CHECK(scene.roll_back({}) == "completed");
  CHECK(scene.stable() == "1.0");
  CHECK(scene.starts_of("1.0") == starts);
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
}

TEST_CASE("a bad version that a pause without end holds is found beside the steps, and may be held for a person") {
  Scene scene(waiting_canary("rollback"));
  scene.stage.publish("1.1", {"0.05"});
  const std::string bad = scene.stage.deploy("1.1", kSite);
  CHECK(scene.ended(bad) == "rolled_back");
  CHECK_THAT(scene.stage.deployment(bad)["reason"].as_string(), Catch::Contains("evidence"));

  scene.stage.apply(documents(scene.stage, waiting_canary("hold")));
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

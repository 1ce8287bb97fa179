#include "shared/json/write.h"
#include "tests/e2e/strategies/scene.h"

// A canary by header, and blue-green.
namespace depops::stage {
namespace {

const std::string kPreview = "X-Preview: on";

std::string header_canary(const std::string& watched) {
  return "        canary:\n          stepTimeout: 1m\n          steps:\n"
         "            - setHeader: {name: preview, header: X-Preview, values: [\"on\"]}\n            - " +
         watched + "\n            - setWeight: 50\n";
}

const std::string kBlueGreen =
    "        blueGreen:\n          stepTimeout: 1m\n          keepOldFor: 5m\n          preview:\n"
    "            - setHeader: {name: preview, header: x-preview, values: [\"on\", \"yes\"]}\n            - pause: {}\n"
    "          afterSwitch:\n            - analysis: {template: share, duration: 4s}\n";

std::size_t answers_of(const std::vector<std::string>& lines, const std::string& version) {
  return static_cast<std::size_t>(std::ranges::count_if(
      lines, [&](const std::string& line) { return line.find(" " + version + " ") != std::string::npos; }));
}

bool failed(const std::string& line) { return line.find(" 200 ") == std::string::npos; }

struct Forced : Scene {
  Forced(const std::string& strategy, const std::string& name) : Scene(strategy, name) {
    site.start_forced_stream(40, kPreview);
  }
  void wait_for_answers(const std::string& version, std::size_t count) {
    wait_until("forced requests are answered by " + version, kLong,
               [&] { return answers_of(site.forced_requests(), version) >= count; });
  }
};

}  // namespace

TEST_CASE("a canary by header: only requests that carry it get the new version, and none fails") {
  Forced scene(header_canary("pause: {}"), "by-header");
  scene.stage.publish("1.1");
  const std::string id = scene.stage.deploy("1.1", kSite);
  scene.wait_for_pause(id);
  scene.wait_for_answers("1.1", 40);
  CHECK(answers_of(scene.site.requests(), "1.1") == 0);
  CHECK_THAT(json::write(scene.stage.depops({"describe", "deployment", id})), Catch::Contains("X-Preview"));
  scene.stage.depops({"rollout", "advance", id});
  CHECK(scene.ended(id) == "completed");
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
  CHECK(std::ranges::none_of(scene.site.forced_requests(), failed));
}

TEST_CASE("a canary by header: a bad version is found by the requests that carry it, before any other gets there") {
  Forced scene(header_canary("analysis: {template: errors, duration: 60s}"), "bad-by-header");
  scene.stage.publish("1.1", {"0.3"});
  const std::string id = scene.stage.deploy("1.1", kSite);
  CHECK(scene.ended(id) == "rolled_back");
  CHECK_THAT(scene.stage.deployment(id)["reason"].as_string(), Catch::Contains("evidence"));
  CHECK(answers_of(scene.site.forced_requests(), "1.1") > 0);
  CHECK(answers_of(scene.site.requests(), "1.1") == 0);
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});
  const std::size_t before = answers_of(scene.site.forced_requests(), "1.0");
  scene.wait_for_answers("1.0", before + 20);  // those that carry it are back too
}

TEST_CASE("blue-green: previewed, switched at once, and back with one order, without a failed request") {
  Forced scene(kBlueGreen, "blue-green");
  scene.stage.publish("1.1");
  const std::string good = scene.stage.deploy("1.1", kSite);
  scene.wait_for_pause(good);
  scene.wait_for_answers("1.1", 20);
  CHECK(answers_of(scene.site.requests(), "1.1") == 0);
  CHECK(scene.site.instances().size() == 4);
  scene.stage.depops({"rollout", "advance", good});
  CHECK(scene.ended(good) == "completed");
  CHECK(scene.stable() == "1.1");

  const std::size_t starts = scene.starts_of("1.0");
  CHECK(scene.roll_back({}) == "completed");
  CHECK(scene.stable() == "1.0");
  CHECK(scene.starts_of("1.0") == starts);
  CHECK(scene.failed_requests({}) == std::vector<std::string>{});

  scene.stage.publish("1.2", {"0.2"});
  const std::string bad = scene.stage.deploy("1.2", kSite);
  scene.wait_for_pause(bad);
  scene.stage.depops({"rollout", "advance", bad});
  CHECK(scene.ended(bad) == "rolled_back");
  CHECK_THAT(scene.stage.deployment(bad)["reason"].as_string(), Catch::Contains("errors / requests > 0.02"));
  CHECK(scene.stable() == "1.0");
  CHECK(scene.failed_requests({"1.2"}) == std::vector<std::string>{});
}

}  // namespace depops::stage

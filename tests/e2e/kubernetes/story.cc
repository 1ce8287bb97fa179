#include "tests/e2e/kubernetes/story.h"

#include <signal.h>

#include <catch2/catch.hpp>

namespace depops::stage {
namespace {

constexpr std::size_t kEnough = 100;  // requests in which a canary shows

void check_requests(Scene& scene) { CHECK(scene.failed_requests({"1.2"}) == std::vector<std::string>{}); }

std::string begin(Scene& scene, const std::string& label, const std::string& error_share = "0") {
  scene.publish(label, error_share);
  const std::string id = scene.stage.deploy(label, kSite);
  scene.wait_for_share(label, scene.way().middle);
  return id;
}

}  // namespace

void good_canary(Scene& scene) {
  const std::string id = begin(scene, "1.1");
  scene.wait_for_answers(kEnough);
  CHECK(scene.answers_of("1.1") > 0);
  CHECK(scene.ended(id) == "completed");
  CHECK(scene.stable() == "1.1");
  check_requests(scene);
}

void bad_canary(Scene& scene) {
  const std::string before = scene.stable();
  scene.publish("1.2", "0.3");
  const json::Value bad = scene.stage.wait_for_end(scene.stage.deploy("1.2", kSite), kLong);
  INFO(bad["reason"].as_string());
  CHECK(bad["state"].as_string() == "rolled_back");
  CHECK(scene.stable() == before);
  scene.wait_for_answers(kEnough);
  check_requests(scene);
}

void crashing_canary(Scene& scene) {
  const std::string before = scene.stable();
  scene.publish("1.3", "a lot");
  const std::string id = scene.stage.deploy("1.3", kSite);
  wait_until(
      "people are told what the container wrote last", kLong,
      [&] { return scene.site.tell_agent("status").find("ERROR_SHARE=a lot: must be a number") != std::string::npos; },
      [&] { return scene.site.tell_agent("status"); });
  CHECK(scene.ended(id) == "rolled_back");
  CHECK(scene.stable() == before);
  check_requests(scene);
}

void agent_dies(Scene& scene) {
  const std::string id = begin(scene, "1.3");
  scene.site.agent().signal(SIGKILL);
  scene.site.agent().wait_end("the agent is killed", kLong);
  scene.wait_for_answers(kEnough);
  scene.site.start_agent();
  CHECK(scene.ended(id) == "completed");
  CHECK(scene.stable() == "1.3");
  check_requests(scene);
}

void hub_dies(Scene& scene) {
  const std::string id = begin(scene, "1.4");
  scene.stage.hub().signal(SIGKILL);
  scene.stage.hub().wait_end("the hub is killed", kLong);
  wait_until("the site completes without the hub", kLong, [&] { return scene.stable() == "1.4"; });
  CHECK_FALSE(scene.site.view()["hubOnline"].as_bool());
  CHECK(scene.site.view()["backlog"].as_uint() > 0);
  scene.stage.start_hub_again();
  CHECK(scene.ended(id) == "completed");
  check_requests(scene);
}

void whole_story(const Way& way) {
  Scene scene(way);
  good_canary(scene);
  bad_canary(scene);
  agent_dies(scene);
  hub_dies(scene);
}

}  // namespace depops::stage

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/e2e/stage/site.h"

namespace depops::stage {
namespace {

constexpr Seconds kLong{60};
constexpr int kRequestsPerSecond = 200;
const std::string kSite = "fra-1";

std::string documents(const Stage& stage) {
  const std::string hooks = Site::hooks_folder(stage);
  return std::string("apiVersion: depops/v1\nkind: Pipeline\nmetadata: {name: ") + kService +
         "}\nspec:\n  workload:\n    process:\n      command: [bin/start]\n      portVariable: PORT\n"
         "      readiness: {http: {path: /ready}, interval: 200ms, timeout: 2s}\n      replicas: 2\n      drain: 5s\n"
         "      limits: {openFiles: 4096}\n  environments:\n    - name: " +
         kSite + "\n      settings: {STARTS: " + Site::starts_file(stage, kSite) +
         "}\n      strategy:\n        canary:\n          stepTimeout: 1m\n          steps:\n            - setWeight: "
         "25\n"
         "            - hook: {name: migrate, command: [" +
         hooks + "/migrate, up], undo: {command: [" + hooks +
         "/migrate, back]}}\n            - approval: {count: 2}\n            - setWeight: 50\n"
         "            - hook: {name: verify, command: [" +
         hooks + "/verify]}\n            - setWeight: 100\n      rollback: {scope: wave}\n";
}

void write_program(const std::string& path, const std::string& text) {
  std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
  ::chmod(path.c_str(), 0700);
}

struct Scene {
  Scene() : stage("gates"), site(stage, kSite, kSite), log(stage.folder("migrations")) {
    const std::string hooks = Site::hooks_folder(stage);
    std::filesystem::create_directories(hooks);
    write_program(hooks + "/migrate", "echo \"$1 $DEPOPS_VERSION $IDEMPOTENCY_KEY\" >> " + log);
    write_program(hooks + "/verify", "test ! -e " + stage.folder("broken"));
    stage.depops({"env", "create", kSite, "--tier", "production"});
    stage.apply(documents(stage));
    stage.publish("1.0");
    site.start_all(0);
    REQUIRE(ended(stage.deploy("1.0", kSite)) == "completed");
    site.start_stream(kRequestsPerSecond);
  }

  std::string ended(const std::string& id) { return stage.wait_for_end(id, kLong)["state"].as_string(); }
  json::Value rollout(const std::string& id) { return stage.deployment(id)["rollouts"].items().front(); }
  void wait_for_approvals(const std::string& id, std::size_t given) {
    wait_until(id + " waits with " + std::to_string(given) + " approvals", kLong, [&] {
      const json::Value deployment = stage.deployment(id);
      if (deployment["rollouts"].items().empty()) return false;
      const json::Value& approval = deployment["rollouts"].items().front()["approval"];
      return approval.is_object() && approval["approvedBy"].items().size() == given;
    });
  }
  std::vector<std::string> migrations() {
    std::vector<std::string> lines;
    std::istringstream text(read_file(log));
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
  std::size_t failed_requests() {
    const auto lines = site.requests();
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [](const std::string& line) { return line.find(" 200 ") == std::string::npos; }));
  }

  Stage stage;
  Site site;
  std::string log;
};

}  // namespace

TEST_CASE("a hook runs, two people approve, a later failure takes the hook back, and no request fails") {
  Scene scene;
  CHECK(scene.migrations().empty());  // a first deployment skips the steps
  scene.stage.publish("1.1");
  const std::string good = scene.stage.deploy("1.1", kSite);
  scene.wait_for_approvals(good, 0);
  const std::string first = scene.rollout(good)["id"].as_string();
  CHECK(scene.migrations() == std::vector<std::string>{"up 1.1 " + first + "/1/1"});
  scene.stage.depops({"rollout", "approve", good, "-m", "numbers look well"});
  scene.wait_for_approvals(good, 1);
  CHECK_THROWS_WITH(scene.stage.depops({"rollout", "approve", good}), Catch::Contains("approved it already"));
  CHECK(scene.site.status()["phase"].as_string() == "holding");
  scene.site.tell_agent("approve");
  CHECK(scene.ended(good) == "completed");
  CHECK(scene.migrations().size() == 1);

  std::ofstream(scene.stage.folder("broken")) << "from now on";
  scene.stage.publish("1.2");
  const std::string bad = scene.stage.deploy("1.2", kSite);
  scene.wait_for_approvals(bad, 0);
  const std::string second = scene.rollout(bad)["id"].as_string();
  scene.site.tell_agent("approve");
  scene.stage.depops({"rollout", "approve", bad});
  CHECK(scene.ended(bad) == "rolled_back");
  CHECK_THAT(scene.stage.deployment(bad)["reason"].as_string(),
             Catch::Contains("hook verify") && Catch::Contains("ended with status 1"));
  CHECK(scene.migrations() == std::vector<std::string>{"up 1.1 " + first + "/1/1", "up 1.2 " + second + "/1/1",
                                                       "back 1.2 " + second + "/1/1/undo"});
  CHECK(scene.site.status()["stable"].as_string() == "1.1");
  CHECK(scene.failed_requests() == 0);
}

TEST_CASE("a rejected release goes back with the reason, and what it did is taken back") {
  Scene scene;
  scene.stage.publish("1.1");
  const std::string id = scene.stage.deploy("1.1", kSite);
  scene.wait_for_approvals(id, 0);
  scene.stage.depops({"rollout", "reject", id, "-m", "not before the sale"});
  CHECK(scene.ended(id) == "aborted");
  CHECK_THAT(scene.stage.deployment(id)["reason"].as_string(), Catch::Contains("not before the sale"));
  CHECK(scene.migrations().size() == 2);
  CHECK(scene.site.status()["stable"].as_string() == "1.0");
  CHECK(scene.failed_requests() == 0);
}

}  // namespace depops::stage

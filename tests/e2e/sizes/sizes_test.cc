#include <algorithm>
#include <catch2/catch.hpp>

#include "shared/json/parse.h"
#include "tests/e2e/stage/site.h"

namespace depops::stage {
namespace {

constexpr Seconds kLong{60};
constexpr int kRequestsPerSecond = 200;
const std::string kSite = "fra-1";

struct Shape {
  bool routed = true;
  int replicas = 2;
  std::string first = "setWeight: 50";  // the first step; at the second one it waits for a person
  std::string companions{};
};

const std::string kProcess =
    "{command: [bin/start], portVariable: PORT, readiness: {http: {path: /ready}, interval: 200ms, timeout: 2s}, "
    "drain: 2s, limits: {openFiles: 4096}, replicas: ";

std::string documents(const Stage& stage, const Shape& shape) {
  return std::string("apiVersion: depops/v1\nkind: Pipeline\nmetadata: {name: ") + kService +
         "}\nspec:\n  workload: {process: " + kProcess + std::to_string(shape.replicas) + "}}\n" + shape.companions +
         "  environments:\n    - name: " + kSite + "\n      settings: {STARTS: " + Site::starts_file(stage, kSite) +
         "}\n      strategy:\n        canary:\n          stepTimeout: 1m\n          maxSurge: 1\n          steps:\n"
         "            - " +
         shape.first + "\n            - pause: {}\n";
}

struct Scene {
  explicit Scene(const Shape& shape) : stage("sizes"), site(stage, kSite, kSite, shape.routed) {
    stage.depops({"env", "create", kSite, "--tier", "production"});
    stage.apply(documents(stage, shape));
    stage.publish("1.0");
    site.start_all(0);
    REQUIRE(ended(stage.deploy("1.0", kSite)) == "completed");
    if (shape.routed) site.start_stream(kRequestsPerSecond);
  }

  std::string ended(const std::string& id) { return stage.wait_for_end(id, kLong)["state"].as_string(); }
  json::Value scale(const std::string& replicas) {
    return stage.depops({"scale", kService, "-e", kSite, "--replicas", replicas, "-m", "a test"});
  }
  // Instances of the version that run and are ready, as the agent says.
  std::uint64_t available(const std::string& version) {
    const json::Value status = site.status();
    for (const json::Value& set : status["sets"].items())
      if (set["version"].as_string() == version) return set["available"].as_uint();
    return 0;
  }
  void wait_for(const std::string& version, std::uint64_t instances) {
    wait_until(
        std::to_string(instances) + " instances of " + version, kLong, [&] { return available(version) == instances; },
        [&] { return "there are " + std::to_string(available(version)); });
  }
  std::string canary(const std::string& label) {
    stage.publish(label);
    const std::string id = stage.deploy(label, kSite);
    wait_until("the canary of " + id + " waits for a person", kLong, [&] {
      const json::Value status = site.status();
      return status["deployment"].as_string() == id && status["phase"].as_string() == "holding";
    });
    return id;
  }
  // Processes of the version that take no requests, by looking at the machine.
  std::size_t workers(const std::string& version) {
    const auto running = site.instances();
    return static_cast<std::size_t>(std::ranges::count_if(running, [&](const Running& one) {
      return one.version == version && one.instance.find("-worker.") != std::string::npos;
    }));
  }
  void wait_for_workers(const std::string& version, std::size_t number) {
    wait_until(
        std::to_string(number) + " workers of " + version, kLong, [&] { return workers(version) == number; },
        [&] { return "there are " + std::to_string(workers(version)); });
  }
  std::vector<std::string> failed_requests() {
    std::vector<std::string> lines = site.requests();
    std::erase_if(lines, [](const std::string& line) { return line.find(" 200 ") != std::string::npos; });
    return lines;
  }
  // Addresses in the file for whoever balances, by set.
  std::map<std::string, std::size_t> written() {
    std::map<std::string, std::size_t> found;
    const auto file = json::parse(read_file(site.folder("state/endpoints.json")));
    if (!file.ok()) return found;
    for (const json::Value& entry : file->items())
      found[entry["labels"]["set"].as_string()] = entry["targets"].items().size();
    return found;
  }

  Stage stage;
  Site site;
};

}  // namespace

TEST_CASE("r6-2 a service is scaled in the middle of a canary, and no request fails") {
  Scene scene(Shape{});
  const std::string id = scene.canary("1.1");
  scene.wait_for("1.1", 1);
  scene.scale("6");
  scene.wait_for("1.0", 6);
  scene.wait_for("1.1", 3);
  scene.scale("4");
  scene.wait_for("1.0", 4);
  scene.wait_for("1.1", 2);
  CHECK(scene.stage.depops({"rollout", "status", id})["rollouts"].items().at(0)["size"].as_uint() == 4);
  scene.stage.depops({"rollout", "advance", id});
  CHECK(scene.ended(id) == "completed");
  scene.wait_for("1.1", 4);
  scene.scale("declared");
  scene.wait_for("1.1", 2);
  CHECK(scene.site.instances().size() >= 2);
  CHECK(scene.failed_requests() == std::vector<std::string>{});
}

TEST_CASE("instances change over in batches, their workers with them, there and back without a failed request") {
  Scene scene(Shape{
      .replicas = 4, .first = "batch: 1", .companions = "  companions: {worker: {process: " + kProcess + "2}}}\n"});
  scene.wait_for_workers("1.0", 2);
  const std::string id = scene.canary("1.1");
  scene.wait_for("1.0", 3);
  scene.wait_for("1.1", 1);
  scene.wait_for_workers("1.1", 1);
  wait_until("four instances get requests", kLong, [&] { return scene.site.weights().size() == 4; });
  scene.stage.depops({"rollout", "advance", id});
  CHECK(scene.ended(id) == "completed");
  scene.wait_for("1.1", 4);
  scene.wait_for_workers("1.1", 2);
  scene.wait_for_workers("1.0", 0);
  const std::string next = scene.canary("1.2");
  scene.wait_for("1.1", 3);
  scene.stage.depops({"rollout", "abort", next});
  CHECK(scene.ended(next) == "aborted");
  scene.wait_for("1.1", 4);
  scene.wait_for_workers("1.1", 2);
  scene.wait_for_workers("1.2", 0);
  CHECK(scene.failed_requests() == std::vector<std::string>{});
}

TEST_CASE("without a router the number of instances is the share, and a file says who may get requests") {
  Scene scene(Shape{.routed = false});
  CHECK(scene.written().size() == 1);
  const std::string id = scene.canary("1.1");
  scene.wait_for("1.0", 1);
  scene.wait_for("1.1", 1);
  CHECK(scene.written().size() == 2);
  CHECK(scene.site.status()["sets"].items().at(0)["weight"].as_uint() == 50);
  scene.stage.depops({"rollout", "abort", id});
  CHECK(scene.ended(id) == "aborted");
  scene.wait_for("1.0", 2);
  const std::string next = scene.canary("1.2");
  scene.stage.depops({"rollout", "advance", next});
  CHECK(scene.ended(next) == "completed");
  scene.wait_for("1.2", 2);
  wait_until("the file names the new version only", kLong, [&] {
    const auto file = scene.written();
    return file.size() == 1 && file.begin()->second == 2;
  });
}

}  // namespace depops::stage

#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/e2e/stage/site.h"

// One site with a service that has a version 1.0 and a stream of requests, and a strategy to try.
namespace depops::stage {

constexpr Seconds kLong{60};
constexpr int kRequestsPerSecond = 200;
inline const std::string kSite = "fra-1";

// `strategy` stands below `strategy:`, indented by 8;
inline std::string documents(const Stage& stage, const std::string& strategy) {
  return std::string("apiVersion: depops/v1\nkind: Pipeline\nmetadata: {name: ") + kService +
         "}\nspec:\n  workload:\n    process:\n      command: [bin/start]\n      portVariable: PORT\n"
         "      readiness: {http: {path: /ready}, interval: 200ms, timeout: 2s}\n      replicas: 2\n      drain: 5s\n"
         "      limits: {openFiles: 4096}\n  environments:\n    - name: " +
         kSite + "\n      settings: {STARTS: " + Site::starts_file(stage, kSite) + "}\n      strategy:\n" + strategy +
         "---\napiVersion: depops/v1\nkind: AnalysisTemplate\nmetadata: {name: errors}\nspec:\n  metrics:\n"
         "    - name: answers\n      provider: {haproxy: {}}\n      test: {errors: {alpha: 0.05, toleratedRatio: 1}}\n"
         "      interval: 500ms\n      minRequests: 10\n      noDataLimit: 20\n"
         "---\napiVersion: depops/v1\nkind: AnalysisTemplate\nmetadata: {name: share}\nspec:\n  metrics:\n"
         "    - name: share\n      provider: {haproxy: {}}\n      failWhen: errors / requests > 0.02\n"
         "      interval: 500ms\n      minRequests: 10\n      noDataLimit: 20\n";
}

struct Scene {
  explicit Scene(const std::string& strategy, const std::string& name = "strategies")
      : stage(name), site(stage, kSite, kSite) {
    stage.depops({"env", "create", kSite, "--tier", "production"});
    stage.apply(documents(stage, strategy));
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

}  // namespace depops::stage

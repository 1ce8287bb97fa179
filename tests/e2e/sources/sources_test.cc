#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "tests/contract/metrics/exporter.h"
#include "tests/e2e/stage/documents.h"
#include "tests/e2e/stage/site.h"

namespace depops::stage {
namespace {

constexpr Seconds kLong{60};
constexpr int kRequestsPerSecond = 200;
const std::string kSite = "fra-1";

// A site with version 1.0 and requests on it; canaries are judged by sources beside the router.
struct Scene {
  Scene() : stage("sources"), site(stage, kSite, kSite), page(R"({"lag": 1})") {
    stage.depops({"env", "create", kSite, "--tier", "production"});
    stage.apply(canary_documents(stage, {{kSite}, "4s", "2s", "/ready"}));
    say("exit 0");
    stage.publish("1.0");
    site.start_all(0);
    REQUIRE(stage.wait_for_end(stage.deploy("1.0", kSite), kLong)["state"].as_string() == "completed");
    site.start_stream(kRequestsPerSecond);
    stage.apply(metrics());
  }

  std::string check() const { return stage.folder("check"); }

  // What the program of the site does from now on; it writes down whom it was asked about.
  void say(const std::string& ending) {
    const std::string next = check() + ".new";
    std::ofstream(next) << "#!/bin/sh\necho \"$DEPOPS_SERVICE $DEPOPS_METRIC $1 $DEPOPS_SET\" >>" << check()
                        << ".asked\n"
                        << ending << "\n";
    ::chmod(next.c_str(), 0700);
    REQUIRE(std::rename(next.c_str(), check().c_str()) == 0);
  }

  // The template that the pipeline names, with other metrics.
  std::string metrics() const {
    return "apiVersion: depops/v1\nkind: AnalysisTemplate\nmetadata: {name: errors}\nspec:\n  metrics:\n"
           "    - name: check\n      provider: {command: {program: " +
           check() +
           ", args: [\"{{set}}\"], timeout: 2s}}\n      successWhen: result == 0\n      interval: 500ms\n"
           "    - name: lag\n      provider: {http: {url: \"" +
           page.url() +
           "/{{version}}\", value: /lag}}\n      failWhen: result > 10 * baseline\n      interval: 500ms\n"
           "    - name: restarts\n      provider: {workload: {count: restarts}}\n      failWhen: result > 0\n"
           "      interval: 500ms\n"
           "    - name: shouts\n      provider: {logs: {anyOf: [\"ERROR\"]}}\n      failWhen: result > 0\n"
           "      interval: 500ms\n      noDataLimit: 20\n";
  }

  void wait_for_analysis() {
    wait_until("the canary is judged", kLong, [&] { return site.status()["phase"].as_string() == "analyzing"; });
  }

  // A line in the log of an instance of that version, as the instance would write it.
  void shout(const std::string& version, const std::string& line) {
    wait_until("an instance of " + version + " says it", kLong, [&] {
      return std::ranges::any_of(site.instances(), [&](const Running& one) {
        if (one.version != version) return false;
        const std::string id = one.instance.substr(one.instance.find('/') + 1);
        std::ofstream log(site.folder("state/instances/instances/" + id + "/log"), std::ios::app);
        log << line << "\n";
        return static_cast<bool>(log.flush());
      });
    });
  }

  Stage stage;
  Site site;
  test::Exporter page;
};

// Of each metric whether a window had that outcome.
std::set<std::string> with_outcome(const json::Value& deployment, const std::string& outcome) {
  std::set<std::string> metrics;
  for (const json::Value& one : deployment["measurements"].items()) {
    if (one["outcome"].as_string() == outcome) metrics.insert(one["metric"].as_string());
  }
  return metrics;
}

bool says(const json::Value& deployment, const std::string& metric, const std::string& part) {
  return std::ranges::any_of(deployment["measurements"].items(), [&](const json::Value& one) {
    return one["metric"].as_string() == metric && one["sentence"].as_string().find(part) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("canaries are judged by a program, a page, the runtime and logs, and taken back by whichever says no") {
  Scene scene;
  scene.stage.publish("1.1");
  const json::Value good = scene.stage.wait_for_end(scene.stage.deploy("1.1", kSite), kLong);
  CHECK(good["state"].as_string() == "completed");
  CHECK(with_outcome(good, "pass") == std::set<std::string>{"check", "lag", "restarts", "shouts"});
  CHECK(with_outcome(good, "fail").empty());
  std::ifstream asked(scene.check() + ".asked");
  std::string line;
  REQUIRE(std::getline(asked, line));
  const std::string set = line.substr(line.rfind(' ') + 1);
  CHECK(line == "checkout check " + set + " " + set);

  scene.stage.publish("1.2");
  const std::string loud = scene.stage.deploy("1.2", kSite);
  scene.wait_for_analysis();
  wait_until("a window of the logs is open", kLong,
             [&] { return !with_outcome(scene.stage.deployment(loud), "pass").empty(); });
  scene.shout("1.2", "ERROR: no more cups");
  const json::Value shouted = scene.stage.wait_for_end(loud, kLong);
  CHECK(shouted["state"].as_string() == "rolled_back");
  CHECK(with_outcome(shouted, "fail") == std::set<std::string>{"shouts"});
  CHECK(says(shouted, "shouts", "result 1"));

  scene.say("exit 3");
  scene.stage.publish("1.3");
  const json::Value refused = scene.stage.wait_for_end(scene.stage.deploy("1.3", kSite), kLong);
  CHECK(refused["state"].as_string() == "rolled_back");
  CHECK(says(refused, "check", "result 3"));

  scene.say("exit 0");
  scene.page.serve(R"({"lag": "a lot"})");
  scene.stage.publish("1.4");
  const std::string unsure = scene.stage.deploy("1.4", kSite);
  wait_until("the rollout is paused", kLong,
             [&] { return scene.stage.deployment(unsure)["state"].as_string() == "paused"; });
  CHECK(says(scene.stage.deployment(unsure), "lag", "\"/lag\" leads to no number"));
}

}  // namespace depops::stage

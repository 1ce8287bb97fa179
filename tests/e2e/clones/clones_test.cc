#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "agent/local_api/local_api.h"
#include "shared/json/parse.h"
#include "tests/e2e/stage/documents.h"
#include "tests/e2e/stage/site.h"

namespace depops::stage {
namespace {

namespace fs = std::filesystem;

constexpr Seconds kMinute{60};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// A site without a router, so that nothing but the agent has to run there.
struct Cloned {
  explicit Cloned(const std::string& name) : stage(name), site(stage, "osl-1", "osl-1", false) {
    stage.depops({"env", "create", "osl-1", "--tier", "production"});
    stage.apply(canary_documents(stage, {{"osl-1"}, "2s", "1s", "/ready"}));
    stage.publish("1.0");
    const Ran made = site.init();
    REQUIRE(made.status == 0);
    site.register_at_hub((*json::parse(made.output))["publicKey"].as_string());
  }

  // The hub gave a token, and the agent stored it.
  void wait_until_known() {
    wait_until("the hub knows the site", kMinute,
               [&] { return described()["connectivity"].as_string() == "connected"; });
  }
  json::Value described() { return stage.depops({"get", "site", "osl-1"}); }
  std::size_t leaves(const std::string& action) {
    const json::Value audit = stage.depops({"audit", "list", "--limit", "0"});
    return static_cast<std::size_t>(std::ranges::count_if(
        audit["items"].items(), [&](const auto& leaf) { return leaf["action"].as_string() == action; }));
  }
  std::string frozen_at(const std::string& state) {
    const auto answer = agent::ask(state + "/agent.sock", {"status", {}, "", false, {}, {}, {}});
    if (!answer.ok() || !answer->ok) return "";
    const auto view = json::parse(answer->text);
    return view.ok() ? (*view)["frozen"].as_string() : "";
  }

  // A second host with a copy of all the first one has; its settings name its own folder.
  std::string copy(const std::string& more = "") {
    const std::string from = site.folder("");
    const std::string to = stage.folder("sites/copy/");
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
    fs::remove(to + "state/agent.sock");
    std::string settings = replaced(read_file(to + "agent.yaml"), from, to);
    settings = replaced(settings, "heartbeatSeconds: 1\n", "heartbeatSeconds: 1\n" + more);
    settings = settings.substr(0, settings.find("metrics:"));
    write_file(to + "agent.yaml", settings);
    return to;
  }
  Program start(const std::string& folder) {
    return Program({{Stage::binary("depops-agent"), "run", "--config", folder + "agent.yaml"},
                    folder + "state",
                    stage.log("agent-copy"),
                    {},
                    {}});
  }

  Stage stage;
  Site site;
};

}  // namespace

TEST_CASE("A24 a copied agent on a second host freezes the site; both agents hear it, and a person lifts it") {
  Cloned world("clones");
  world.site.start_agent();
  world.wait_until_known();
  world.site.stop_agent();
  const std::string copy = world.copy();
  world.site.start_agent();
  Program second = world.start(copy);

  const auto both = [&] {
    return !world.frozen_at(world.site.folder("state")).empty() && !world.frozen_at(copy + "state").empty();
  };
  wait_until("both hosts know that they are frozen", kMinute, both,
             [&] { return read_file(world.stage.log("agent-copy")) + world.described()["problem"].as_string(); });
  CHECK(world.leaves("site.frozen") >= 1);
  CHECK_FALSE(world.described()["frozen"].as_string().empty());
  CHECK(world.described()["health"].as_string() == "unknown");

  // Nothing starts at either of them.
  world.stage.deploy("1.0", "osl-1");
  CHECK(world.described()["generation"]["signed"].as_uint() == 0);

  second.signal(SIGTERM);
  second.wait_end("the copy ends", kMinute);
  world.stage.depops({"site", "lift", "osl-1", "--reason", "the copy was removed"});
  wait_until("the site obeys again", kMinute, [&] {
    return world.frozen_at(world.site.folder("state")).empty() &&
           world.described()["generation"]["held"].as_uint() >= 1;
  });
  CHECK(world.described()["frozen"].as_string().empty());
}

TEST_CASE("A24 a journal that wakes up on another machine is not acted on, and the agent says how to go on") {
  Cloned world("machine");
  world.site.start_agent();
  world.wait_until_known();
  world.site.stop_agent();
  write_file(world.stage.folder("other-machine"), "0123456789abcdef0123456789abcdef\n");
  const std::string copy = world.copy("machineId: " + world.stage.folder("other-machine") + "\n");
  Program second = world.start(copy);
  CHECK(second.wait_end("the copy refuses", kMinute) == 1);
  const std::string said = read_file(world.stage.log("agent-copy"));
  CHECK_THAT(said, Catch::Contains("belongs to machine") && Catch::Contains("depops site reenroll osl-1"));
}

TEST_CASE("F41 an agent whose journal was put back from an old copy is frozen, and what the hub had stays") {
  Cloned world("old-copy");
  world.site.start_agent();
  world.wait_until_known();
  world.site.stop_agent();
  fs::copy(world.site.folder("state"), world.stage.folder("old-state"), fs::copy_options::recursive);
  world.site.start_agent();
  world.stage.deploy("1.0", "osl-1");
  wait_until("the site obeyed", kMinute, [&] { return world.leaves("site.desired_accepted") >= 1; });
  const std::size_t before = world.leaves("site.desired_accepted");
  world.site.stop_agent();

  fs::remove_all(world.site.folder("state"));
  fs::copy(world.stage.folder("old-state"), world.site.folder("state"), fs::copy_options::recursive);
  world.site.start_agent();
  wait_until("the site is frozen", kMinute, [&] { return !world.frozen_at(world.site.folder("state")).empty(); });
  CHECK_FALSE(world.described()["frozen"].as_string().empty());
  CHECK(world.leaves("site.desired_accepted") == before);
}

}  // namespace depops::stage

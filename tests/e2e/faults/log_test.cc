#include <signal.h>

#include <catch2/catch.hpp>

#include "shared/sqlite/connection.h"
#include "tests/e2e/faults/books.h"
#include "tests/e2e/faults/scene.h"

// The hub's audit log: killed while it is written, signed and kept, and changed by hand.
namespace depops::faults {
namespace {

std::string database(stage::Stage& stage) { return stage.folder("hub/hub.db"); }

void stop_hub(stage::Stage& stage) {
  stage.hub().signal(SIGTERM);
  stage.hub().wait_end("the hub ends", kRollout);
}

// A rollout, so that the log grows all the time, during which the hub dies at its nth pass of the point.
void die(Scene& scene, const std::string& point) {
  INFO(point);
  stage::Stage& stage = scene.stage();
  const std::string label = scene.publish();
  stage::wait_until("the log is signed", kConverged, [&] { return check_signed(database(stage)).empty(); });
  stop_hub(stage);
  stage.start_hub_again({{"DEPOPS_CRASH_POINT", point}});
  const auto revive = [&] {
    if (stage.hub().running()) return false;
    CHECK(stage.hub().wait_end("the hub is dead", kRollout) == 128 + SIGKILL);
    stage.start_hub_again();
    return true;
  };
  bool died = false;
  std::string id;
  stage::wait_until(label + " is deployed once, and the hub died", kRollout, [&] {
    died = revive() || died;
    try {
      id = scene.deployment_of(label);
      if (id.empty()) id = stage.deploy(label, scene.site().environment());
    } catch (const stage::Trouble&) {
      return false;
    }
    return !id.empty() && died;
  });
  scene.begun(label, id);
  scene.completed(label, kRollout);
  scene.ledger().check(kConverged);
}

// What `depops hub status` shows as alarms.
std::string alarms(stage::Stage& stage) {
  const json::Value status = stage.depops({"hub", "status"});
  std::string text;
  for (const json::Value& alarm : status["alarms"].items())
    text += alarm["name"].as_string() + ": " + alarm["what"].as_string() + "\n";
  return text;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("F11 F12 a hub that is killed between root, signature and note signs its log on, and no size twice",
          "[.][turn1]") {
  Scene scene("f12", {.roads = false});
  for (const char* point : {"hub-tree.after:2", "hub-log-sign.before:1", "hub-log-sign.after:2",
                            "hub-log-keep.before:1", "hub-log-keep.after:1"})
    die(scene, point);
}

TEST_CASE("F12 the same with the log's key in the signer", "[.][long]") {
  Cast cast{.roads = false};
  cast.stage.key_holder = stage::KeyHolder::signer;
  Scene scene("f12-signer", cast);
  for (const char* point : {"hub-log-sign.after:1", "hub-log-keep.before:2", "hub-log-sign.before:3"})
    die(scene, point);
}

TEST_CASE("A32 a hub whose log was edited by hand names the entry, signs nothing, takes nothing, and lets read") {
  Scene scene("a32", {.roads = false});
  scene.roll_out(kRollout);
  scene.ledger().check(kConverged);
  stage::Stage& stage = scene.stage();
  const std::string signed_before = stage.depops({"audit", "checkpoint"})["checkpoint"].as_string();
  stop_hub(stage);
  {
    auto raw = sqlite::Connection::open(database(stage)).value();
    REQUIRE(raw.execute("UPDATE audit SET bytes = CAST('forged' AS BLOB), reason = 'forged' WHERE idx = 4").ok());
  }
  stage.start_hub_again();
  CHECK(says(alarms(stage), "audit-log-damaged"));
  CHECK(says(alarms(stage), "entry 4 is not what was written"));
  CHECK(says(stage.not_ready(), "entry 4 is not what was written"));
  std::string refused;
  try {
    stage.depops({"env", "create", "later", "--tier", "staging"});
  } catch (const stage::Trouble& trouble) {
    refused = trouble.what();
  }
  CHECK(says(refused, "only reads"));
  CHECK(stage.depops({"audit", "checkpoint"})["checkpoint"].as_string() == signed_before);
}

}  // namespace depops::faults

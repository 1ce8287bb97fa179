#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>

#include "tests/e2e/recovery/scene.h"
#include "tests/e2e/trust/stolen_hub.h"

namespace depops::stage {
namespace {

std::uint64_t epoch_at(RecoveryScene& scene) { return scene.site("osl-1").view()["hubEpoch"].as_uint(); }

bool is_refused_as(RecoveryScene& scene, const std::string& code) {
  const auto all = scene.leaves("site.desired_refused");
  return std::ranges::any_of(all, [&](const auto& row) { return row["reason"].as_string().starts_with(code); });
}

// A document as the first hub would sign it, were it obeyed still.
void speak_as_the_first(RecoveryScene& scene) {
  StolenHub first(scene.stage, SiteName("osl-1"));
  sync::Desired desired = first.draft("d-1");
  desired.hub_epoch = HubEpoch(1);
  first.publish(first.sealed(desired));
}

}  // namespace

TEST_CASE("F31 a hub that stood still while another one took over ends by itself, and nothing is obeyed from it") {
  RecoveryScene scene("two-hubs", {"osl-1"});
  const auto refused = run({{Stage::binary("depops-hub"), "run", "--config", scene.stage.folder("hub.yaml")},
                            scene.stage.folder("hub"),
                            scene.stage.log("third-hub"),
                            {},
                            {}});
  CHECK(refused.status == 1);
  CHECK(read_file(scene.stage.log("third-hub")).find("another hub runs on") != std::string::npos);

  scene.stage.hub().signal(SIGSTOP);
  Program second = scene.stage.second_hub({"--take-over"});
  wait_until("the site obeys the second hub", kLong, [&] { return epoch_at(scene) == 2; });
  CHECK(scene.leaves("hub.took_over").size() == 1);
  CHECK(scene.hub()["state"].as_string() == "ok");
  scene.stage.depops({"scale", kService, "-e", "osl-1", "--replicas", "3"});
  wait_until("the second hub is obeyed", kLong, [&] { return scene.site("osl-1").instances().size() == 3; });
  const std::uint64_t held = scene.generation("osl-1");

  scene.stage.hub().signal(SIGCONT);
  CHECK(scene.stage.hub().wait_end("the first hub ends by itself", kLong) == 1);
  CHECK(read_file(scene.stage.log("hub")).find("another hub took over") != std::string::npos);
  speak_as_the_first(scene);
  wait_until("the site refuses the first hub's word", kLong, [&] { return is_refused_as(scene, "epoch: "); });
  CHECK(scene.generation("osl-1") >= held);
  CHECK(epoch_at(scene) == 2);

  scene.stage.depops({"scale", kService, "-e", "osl-1", "--replicas", "2"});
  wait_until("the second hub is obeyed still", kLong, [&] { return scene.site("osl-1").instances().size() == 2; });
  scene.check_once("osl-1");
}

}  // namespace depops::stage

#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/faults/scene.h"

// The hub is killed at its crash points (shared/crash_point): before and after what it commits, answers and sends.
namespace depops::faults {
namespace {

struct Death {
  const char* point;
  int pass;
};

// A hub that dies before it listens dies at as good a moment as any.
void start_mortal(stage::Stage& stage, const Death& death) {
  try {
    stage.start_hub_again({{"DEPOPS_CRASH_POINT", std::string(death.point) + ":" + std::to_string(death.pass)}});
  } catch (const stage::Trouble&) {
    if (stage.hub().running()) throw;
  }
}

// One rollout during which the hub dies there. A deployment whose answer was lost is looked for before it is asked for
// again: it may have been begun, and must not be begun twice.
void die(Scene& scene, const Death& death) {
  INFO(death.point << ", pass " << death.pass);
  stage::Stage& stage = scene.stage();
  const std::string label = scene.publish();
  stage.hub().signal(SIGTERM);
  stage.hub().wait_end("the hub ends", kRollout);
  start_mortal(stage, death);
  const auto revive = [&] {
    if (stage.hub().running()) return;
    CHECK(stage.hub().wait_end("the hub is dead", kRollout) == 128 + SIGKILL);
    stage.start_hub_again();
  };
  std::string id;
  stage::wait_until(label + " is deployed once", kRollout, [&] {
    revive();
    try {
      id = scene.deployment_of(label);
      if (id.empty()) id = stage.deploy(label, scene.site().environment());
    } catch (const stage::Trouble&) {
      return false;  // the hub is dying
    }
    return !id.empty();
  });
  scene.begun(label, id);
  stage::wait_until(label + " is rolled out", kRollout, [&] {
    revive();
    try {
      return stage::has_ended(stage.deployment(id));
    } catch (const stage::Trouble&) {
      return false;
    }
  });
  // Whoever did not come by so often is killed now.
  if (stage.hub().running()) stage.hub().signal(SIGKILL);
  stage.hub().wait_end("the hub is dead", kRollout);
  stage.start_hub_again();
  scene.completed(label, kRollout);
  CHECK(scene.deployments_of(label) == 1);
  scene.ledger().check(kConverged);
}

}  // namespace

TEST_CASE("F9 F10 F14 a hub that is killed before or after it writes, answers or sends loses and doubles nothing",
          "[.][turn0]") {
  Scene scene("f9", {.roads = false});
  for (const Death& death :
       {Death{"hub-commit.before", 2}, {"hub-commit.after", 2}, {"hub-answer.before", 1}, {"hub-act.before", 6}})
    die(scene, death);
}

TEST_CASE("F9 F10 F11 F14 a hub is killed at every crash point, early and late", "[.][long]") {
  Scene scene("f9-long", {.roads = false});
  for (const char* point : {"hub-commit.before", "hub-commit.after", "hub-act.before", "hub-act.after"})
    for (const int pass : {1, 3, 5, 8, 13, 21}) die(scene, {point, pass});
  for (const char* point : {"hub-answer.before", "hub-answer.after"}) die(scene, {point, 1});
}

}  // namespace depops::faults

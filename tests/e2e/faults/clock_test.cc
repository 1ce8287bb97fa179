#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/faults/scene.h"

// Clocks that are wrong at one place: nothing orders by them. Certificates hold at any of these times, so that the link
// stands and the clock is all that is wrong; with others the site is away, and works alone (F27).
namespace depops::faults {
namespace {

constexpr unsigned kYears = 100;  // of the certificates, from 1970
constexpr const char* kClocks[] = {"+10y", "-10y", "@1970-01-03 00:00:00"};

stage::Variables wrong_clock(const std::string& clock) {
  return {{"LD_PRELOAD", "/usr/$LIB/faketime/libfaketimeMT.so.1"},
          {"FAKETIME", clock},
          {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
          {"FAKETIME_DONT_RESET", "1"},
          {"TZ", "UTC"}};
}

Scene scene_of(const std::string& name) {
  return Scene(name, {.roads = false, .stage = {.certificate_years = kYears}});
}

// A rollout while two clocks are years apart: it is done, or refused because the document's time is over, and said so.
void try_rollout(Scene& scene) {
  const std::string label = scene.publish();
  const std::string id = scene.stage().deploy(label, scene.site().environment());
  const json::Value ended = scene.stage().wait_for_end(id, kRollout);
  scene.ledger().planned(scene.site()).refused = ended["state"].as_string() == "failed";
  if (ended["state"].as_string() == "completed") {
    scene.begun(label, id);
  } else {
    CHECK(ended["state"].as_string() == "failed");
    CHECK_THAT(ended["reason"].as_string(), Catch::Contains("(expired)"));
  }
  scene.ledger().check(kConverged);
}

}  // namespace

TEST_CASE("F28 an agent whose clock is ten years off, or at 1970 after a start, loses nothing and tells all in order") {
  Scene scene = scene_of("f28-agent");
  for (const char* clock : kClocks) {
    INFO(clock);
    scene.site().stop_agent();
    scene.site().start_agent(wrong_clock(clock));
    try_rollout(scene);
  }
  scene.site().stop_agent();
  scene.site().start_agent();
  scene.ledger().planned(scene.site()).refused = false;
  scene.roll_out(kRollout);
  scene.ledger().check(kConverged);
}

TEST_CASE("F28 a hub whose clock is ten years off, or at 1970 after a start, loses nothing and goes on", "[.][long]") {
  Scene scene = scene_of("f28-hub");
  const auto restart = [&](const stage::Variables& variables) {
    scene.stage().hub().signal(SIGTERM);
    scene.stage().hub().wait_end("the hub ends", kRollout);
    scene.stage().start_hub_again(variables);
  };
  for (const char* clock : kClocks) {
    INFO(clock);
    restart(wrong_clock(clock));
    try_rollout(scene);
  }
  restart({});
  scene.ledger().planned(scene.site()).refused = false;
  scene.roll_out(kRollout);
  scene.ledger().check(kConverged);
}

}  // namespace depops::faults

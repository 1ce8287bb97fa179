#include <signal.h>

#include <catch2/catch.hpp>

#include "tests/e2e/faults/scene.h"

// The broker tells the death of a site's connection by its will, half a minute later; long before the site's silence
// says so.
namespace depops::faults {

TEST_CASE("F1 a site whose agent was killed is shown as offline by the broker's word, and as there when it is back",
          "[.][turn1]") {
  Scene scene("presence", {.roads = false});
  const auto shown = [&] {
    const auto site = scene.stage().depops({"get", "site", scene.site().name()});
    return site["connectivity"].as_string();
  };
  stage::wait_until("the site is connected", kConverged, [&] { return shown() == "connected"; });
  scene.site().agent().signal(SIGKILL);
  scene.site().agent().wait_end("the agent is dead", kConverged);
  stage::wait_until("the site is offline", kConverged, [&] { return shown() == "offline"; });
  scene.site().start_agent();
  stage::wait_until("the site is connected again", kConverged, [&] { return shown() == "connected"; });
  scene.roll_out(kRollout);
  scene.ledger().check(kConverged);
  CHECK(shown() == "connected");
}

}  // namespace depops::faults

#include <signal.h>

#include <catch2/catch.hpp>

#include "shared/sqlite/connection.h"
#include "tests/e2e/faults/scene.h"

// Clocks that are wrong at one place: nothing orders by them. Certificates hold at any of these times, so that the link
// stands and the clock is all that is wrong; with others the site is away, and works alone (F27).
namespace depops::faults {
namespace {

constexpr unsigned kYears = 100;  // of the certificates, from 1970
constexpr std::int64_t kYear = 365 * 86'400;
struct WrongClock {
  const char* clock;
  const char* way;
};
constexpr WrongClock kClocks[] = {{"+10y", "ahead"}, {"-10y", "behind"}, {"@1970-01-03 00:00:00", "behind"}};

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

int sign_of(const std::string& way) { return way == "ahead" ? 1 : -1; }

std::int64_t skew_at_hub(Scene& scene) {
  const json::Value site = scene.stage().depops({"describe", "site", scene.site().name()});
  return site["clock"]["trusted"].as_bool() ? site["clock"]["skewSeconds"].as_int() : 0;
}

std::size_t decisions(Scene& scene) {
  return scene.stage().depops({"audit", "list", "--limit", "0"})["items"].items().size();
}

// As if the machine had been started again since the agent ended.
void forget_boot(Scene& scene) {
  auto journal = sqlite::Connection::open(scene.site().folder("state/journal.db"));
  REQUIRE(journal.ok());
  REQUIRE(journal->execute("UPDATE site SET time_boot = 'an-earlier-boot'").ok());
}

}  // namespace

TEST_CASE("F28 an agent whose clock is ten years off, or in 1970 after a start, goes by the hub's time and says so",
          "[.][turn2]") {
  Scene scene = scene_of("f28-agent");
  for (const auto& [clock, way] : kClocks) {
    INFO(clock);
    scene.site().stop_agent();
    scene.site().start_agent(wrong_clock(clock));
    scene.roll_out(kRollout);
    CHECK_THAT(scene.site().view()["clock"].as_string(), Catch::Contains(std::string(way) + " by"));
    stage::wait_until("the hub knows of the clock", kConverged,
                      [&, way = way] { return skew_at_hub(scene) * sign_of(way) > kYear; });
    scene.ledger().check(kConverged);
  }
  scene.site().stop_agent();
  scene.site().start_agent();
  scene.roll_out(kRollout);
  CHECK(scene.site().view()["clock"].as_string().empty());
  scene.ledger().check(kConverged);
}

TEST_CASE("F28 the clock is set by ten years, forth and back, during a rollout: it ends as if nothing was") {
  Scene scene = scene_of("f28-step");
  const std::string file = scene.site().folder("clock");
  stage::write_file(file, "+0");
  auto variables = wrong_clock("+0");
  variables.erase("FAKETIME");
  variables["FAKETIME_TIMESTAMP_FILE"] = file;
  variables["FAKETIME_NO_CACHE"] = "1";
  scene.site().stop_agent();
  scene.site().start_agent(variables);
  const std::string label = scene.begin();
  std::size_t seen = 0;
  for (const auto& [clock, way] : kClocks) {
    stage::wait_until("something was decided", kRollout, [&] { return scene.ended(label) || decisions(scene) > seen; });
    seen = decisions(scene);
    stage::write_file(file, clock);
  }
  scene.completed(label, kRollout);
  stage::write_file(file, "+0");
  scene.ledger().check(kConverged);
}

TEST_CASE("F28 a machine that boots in 1970 without a hub knows no time, and knows it as soon as the hub answers") {
  Scene scene = scene_of("f28-boot");
  scene.site().stop_agent();
  scene.ledger().note();
  scene.stage().hub().signal(SIGTERM);
  scene.stage().hub().wait_end("the hub ends", kRollout);
  forget_boot(scene);
  scene.site().start_agent(wrong_clock("@1970-01-03 00:00:00"));
  stage::wait_until("the agent answers", kRollout, [&] { return !scene.site().view().is_null(); });
  CHECK_THAT(scene.site().view()["clock"].as_string(), Catch::Contains("nobody vouches"));
  scene.stage().start_hub_again();
  scene.roll_out(kRollout);
  CHECK_THAT(scene.site().view()["clock"].as_string(), Catch::Contains("behind by"));
  scene.ledger().check(kConverged);
}

TEST_CASE("F28 a hub whose clock is ten years off, or at 1970 after a start, loses nothing and goes on", "[.][long]") {
  Scene scene = scene_of("f28-hub");
  const auto restart = [&](const stage::Variables& variables) {
    scene.stage().hub().signal(SIGTERM);
    scene.stage().hub().wait_end("the hub ends", kRollout);
    scene.stage().start_hub_again(variables);
  };
  for (const auto& [clock, way] : kClocks) {
    INFO(clock << ", " << way);
    restart(wrong_clock(clock));
    try_rollout(scene);
  }
  restart({});
  scene.ledger().planned(scene.site()).refused = false;
  scene.roll_out(kRollout);
  scene.ledger().check(kConverged);
}

}  // namespace depops::faults

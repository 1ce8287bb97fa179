#include <signal.h>

#include <catch2/catch.hpp>

#include "shared/sqlite/connection.h"
#include "tests/e2e/faults/scene.h"

// The hub's copy of what a site knows is spoilt, so that the next Hello begins an exchange of what differs; one of the
// two dies in it.
namespace depops::faults {
namespace {

constexpr int kGhosts = 100;  // services that the hub believes in and the site does not know
constexpr int kPassesMost = 40;

enum class Copy { spoilt, half, whole };

std::string database_of(Scene& scene) { return scene.stage().folder("hub/hub.db"); }

void stop_hub(Scene& scene) {
  if (scene.stage().hub().running()) scene.stage().hub().signal(SIGTERM);
  scene.stage().hub().wait_end("the hub ends", kRollout);
}

// While no hub runs: the service that is there is forgotten, and others are there that are not.
void spoil(Scene& scene) {
  auto database = sqlite::Connection::open(database_of(scene));
  REQUIRE(database.ok());
  const std::string service = "'" + std::string(stage::kService) + "'";
  const auto done = database->execute(
      "INSERT OR REPLACE INTO site_facts (site, service, stable, rollout, state, attempt, versions, drift, received, "
      "gone) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
      std::to_string(kGhosts) +
      ") SELECT site, 'ghost-' || i, stable, rollout, state, attempt, versions, drift, received, 0 FROM site_facts, n "
      "WHERE service = " +
      service + "; DELETE FROM site_facts WHERE service = " + service);
  INFO((done.ok() ? "" : done.error().what));
  REQUIRE(done.ok());
}

int rows_of(sqlite::Connection& database, const std::string& where) {
  auto query = database.prepare("SELECT count(*) FROM site_facts WHERE gone = 0 AND service " + where);
  REQUIRE(query.ok());
  REQUIRE(query->step().ok());
  return static_cast<int>(query->int64(0));
}

Copy copy_of(Scene& scene) {
  auto database = sqlite::Connection::open(database_of(scene), {.read_only = true});
  REQUIRE(database.ok());
  auto still = sqlite::Transaction::begin_read(*database);
  REQUIRE(still.ok());
  const int ghosts = rows_of(*database, "LIKE 'ghost-%'");
  const int known = rows_of(*database, "= '" + std::string(stage::kService) + "'");
  if (ghosts == kGhosts) return Copy::spoilt;
  return ghosts == 0 && known == 1 ? Copy::whole : Copy::half;
}

void heal(Scene& scene) {
  stage::wait_until("the hub's copy is what the site knows", kConverged, [&] { return copy_of(scene) == Copy::whole; });
  scene.ledger().check(kConverged);
}

// The agent answers with the digests of its buckets first, then with rows.
void agent_dies(Scene& scene, const std::string& point) {
  INFO(point);
  scene.site().stop_agent();
  stop_hub(scene);
  spoil(scene);
  scene.site().start_agent({{"DEPOPS_CRASH_POINT", point}});
  scene.stage().start_hub_again();
  CHECK(scene.site().agent().wait_end("the agent is dead", kRollout) == 128 + SIGKILL);
  CHECK(copy_of(scene) != Copy::half);
  scene.site().start_agent();
  heal(scene);
}

// True: the hub died. A death before it listens is one, too.
bool hub_runs_until(Scene& scene, const std::string& point) {
  stage::Stage& stage = scene.stage();
  try {
    stage.start_hub_again({{"DEPOPS_CRASH_POINT", point}});
  } catch (const stage::Trouble&) {
    if (stage.hub().running()) throw;
  }
  stage::wait_until("the hub dies, or has taken all in", kRollout,
                    [&] { return !stage.hub().running() || copy_of(scene) == Copy::whole; });
  return !stage.hub().running();
}

// At the first pass of a point, the second, and so on until the copy is whole before it comes to that: dies in between.
void hub_dies(Scene& scene, const std::string& point) {
  INFO(point);
  int spoilt = 0;
  for (int pass = 1;; ++pass) {
    REQUIRE(pass < kPassesMost);
    stop_hub(scene);
    spoil(scene);
    const bool died = hub_runs_until(scene, point + ":" + std::to_string(pass));
    const Copy left = copy_of(scene);
    INFO("pass " << pass);
    CHECK(left != Copy::half);
    if (left == Copy::spoilt) ++spoilt;
    if (!died || left == Copy::whole) break;
  }
  CHECK(spoilt > 0);
  if (scene.stage().hub().running()) scene.stage().hub().signal(SIGKILL);
  scene.stage().hub().wait_end("the hub is dead", kRollout);
  scene.stage().start_hub_again();
  heal(scene);
}

}  // namespace

TEST_CASE("F7 an agent that is killed while it tells the hub what it knows tells it all when it is back") {
  Scene scene("f7-agent", {.roads = false});
  for (const char* place : {"send-answer.before", "send-answer.after"})
    for (const char* time : {":1", ":2"}) agent_dies(scene, std::string(place) + time);
  scene.roll_out(kRollout);
  scene.ledger().check(kConverged);
}

TEST_CASE("F7 a hub that is killed while it takes in what a site knows has the old copy or the new, no mixture") {
  Scene scene("f7-hub", {.roads = false});
  hub_dies(scene, "hub-commit.before");
  hub_dies(scene, "hub-act.before");
  scene.roll_out(kRollout);
  scene.ledger().check(kConverged);
}

}  // namespace depops::faults

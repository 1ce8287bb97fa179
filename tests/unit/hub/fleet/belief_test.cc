#include "hub/fleet/belief.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::hub;
using fleet::Connection;
using fleet::Health;

namespace {

Instant second(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

SiteStatus heard_at(std::int64_t seconds) {
  SiteStatus status;
  status.site = SiteName("fra-1");
  status.online = true;
  status.heard = second(seconds);
  status.telemetry = sync::Telemetry{second(seconds - 1), false, "disk full", {}};
  return status;
}

}  // namespace

TEST_CASE("A site is as connected as the age of what was heard") {
  CHECK(fleet::belief_of(SiteStatus{}, second(0)).connection == Connection::never);
  CHECK(fleet::belief_of(heard_at(0), second(75)).connection == Connection::connected);
  CHECK(fleet::belief_of(heard_at(0), second(76)).connection == Connection::late);
  CHECK(fleet::belief_of(heard_at(0), second(301)).connection == Connection::offline);
  SiteStatus gone = heard_at(0);
  gone.online = false;
  CHECK(fleet::belief_of(gone, second(1)).connection == Connection::offline);
}

TEST_CASE("Old health is unknown, with what was known last") {
  CHECK(fleet::belief_of(heard_at(0), second(10)).health == Health::unhealthy);
  const auto old = fleet::belief_of(heard_at(0), second(400));
  CHECK(old.health == Health::unknown);
  CHECK(old.problem == "disk full");
  CHECK(old.as_of == second(-1));
  CHECK(fleet::warning(heard_at(0), second(340)) == "fra-1 was last heard 340 s ago: what is shown is old");
  CHECK(fleet::warning(heard_at(0), second(10)).empty());
}

TEST_CASE("A clock that went back makes nothing younger than new") {
  CHECK(fleet::belief_of(heard_at(100), second(50)).age == Millis{0});
}

TEST_CASE("A site is behind while it holds an older generation than was signed") {
  SiteStatus status = heard_at(0);
  status.signed_generation = Generation(3);
  status.held = Generation(2);
  CHECK(fleet::belief_of(status, second(0)).behind);
  status.held = Generation(3);
  CHECK_FALSE(fleet::belief_of(status, second(0)).behind);
}

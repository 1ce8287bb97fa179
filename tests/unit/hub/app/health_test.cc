#include <catch2/catch.hpp>

#include "hub/fleet/belief.h"
#include "tests/unit/hub/app/bench.h"

namespace depops::tests {
namespace {

struct Back {
  Bench bench;
  ToySite site{bench, "fra-1"};
  sync::Telemetry telemetry;

  Back() {
    bench.set_up();
    bench.take_effects();
    telemetry.at = bench.now.wall;
    for (int i = 0; i < 3; ++i) {
      sync::HealthSpan span{at(60 * i), at(60 * i + 60), i != 1, i == 1 ? "it was bad" : "", {}};
      span.services = {{ServiceName("checkout"), 2, i == 1 ? 0U : 2U, i == 1 ? 5U : 0U, 7}};
      telemetry.past.push_back(span);
    }
    telemetry.past_dropped = 4;
  }
  bool tell() { return bench.give(hub::Heard{site.name(), telemetry}); }
  std::vector<sync::HealthTaken> taken() {
    std::vector<sync::HealthTaken> found;
    for (const hub::Effect& effect : bench.take_effects())
      if (const auto* down = std::get_if<hub::SendDown>(&effect))
        if (const auto* one = std::get_if<sync::HealthTaken>(&down->message)) found.push_back(*one);
    return found;
  }
};

}  // namespace

TEST_CASE("What a site tells of its past is kept with the times of then, and acknowledged when it is committed") {
  Back site;
  site.bench.store.fail_commits(1);
  CHECK_FALSE(site.tell());
  CHECK(site.taken().empty());
  CHECK(site.bench.store.health().empty());
  CHECK(site.tell());
  CHECK(site.taken() == std::vector<sync::HealthTaken>{{at(180)}});
  REQUIRE(site.bench.store.health().size() == 3);
  const hub::HealthRow& bad = site.bench.store.health().at({SiteName("fra-1"), at(60)});
  CHECK(bad.to == at(120));
  CHECK_FALSE(bad.healthy);
  CHECK(bad.problem == "it was bad");
  CHECK(bad.services == site.telemetry.past[1].services);
  CHECK(bad.received == site.bench.now.wall);
}

TEST_CASE("The past is not what is believed of a site now") {
  Back site;
  site.tell();
  const hub::SiteStatus& status = site.bench.hub->world().sites.at(SiteName("fra-1")).status;
  CHECK(hub::fleet::belief_of(status, site.bench.now.wall).health == hub::fleet::Health::healthy);
  CHECK(status.telemetry->past.empty());
  CHECK(status.telemetry->past_dropped == 4);
  CHECK(status.telemetry->at == site.telemetry.at);
}

TEST_CASE("The same past twice is one, and telemetry without a past is not answered") {
  Back site;
  site.tell();
  site.taken();
  site.tell();
  CHECK(site.taken().size() == 1);
  CHECK(site.bench.store.health().size() == 3);
  site.telemetry.past.clear();
  site.tell();
  CHECK(site.taken().empty());
}

}  // namespace depops::tests

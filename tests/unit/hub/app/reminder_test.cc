#include <catch2/catch.hpp>

#include "tests/unit/hub/app/bench.h"

using namespace depops;
using namespace depops::tests;

namespace {

// A site that never gets the first document, and is heard every second for so long; when it got it again.
std::vector<int> reminded(Bench& bench, ToySite& site, int seconds) {
  std::vector<int> when;
  for (int second = 1; second <= seconds; ++second) {
    bench.pass(Millis(1'000));
    bench.give(hub::Heard{site.name(), {}});
    for (const hub::Effect& effect : bench.take_effects()) {
      const auto* again = std::get_if<hub::PublishDesired>(&effect);
      if (again != nullptr && again->site == site.name()) when.push_back(second);
    }
  }
  return when;
}

}  // namespace

TEST_CASE("F25 a document that a broker lost comes again while the site is heard, ever more seldom, until it is held") {
  Bench bench;
  ToySite site{bench, "stg-1"};
  bench.set_up();
  bench.give(site.frame(sync::Hello{Generation(), HubEpoch(1), {}, "0.1.0"}));
  CHECK(reminded(bench, site, 30).empty());  // there is nothing to hold yet
  const hub::StartDeployment start{
      ServiceName("checkout"), VersionLabel("1.0"), EnvironmentName("staging"), {}, "", ""};
  REQUIRE(bench.ask(start).ok);
  bench.take_effects();
  CHECK(reminded(bench, site, 100) == std::vector<int>{6, 16, 36, 66, 96});
  bench.give(site.frame(sync::Hello{Generation(1), HubEpoch(1), {}, "0.1.0"}));
  bench.take_effects();
  CHECK(reminded(bench, site, 400).empty());
}

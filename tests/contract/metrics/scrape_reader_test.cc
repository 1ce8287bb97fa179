#include "agent/scrape/scrape_reader.h"

#include <catch2/catch.hpp>

#include "tests/contract/metrics/exporter.h"
#include "tests/contract/metrics/orders.h"

namespace depops::agent {
namespace {

using analysis::CounterRow;
using analysis::ScrapeProvider;
using Catch::Matchers::Contains;
using test::kCanary;
using test::kStable;

const char* const kPage =
    "requests_total{code=\"200\"} 90\n"
    "requests_total{code=\"500\"} 10\n"
    "lag 7.5\n"
    "took_seconds_bucket{path=\"/\",le=\"0.1\"} 50\n"
    "took_seconds_bucket{path=\"/health\",le=\"0.1\"} 5\n"
    "took_seconds_bucket{path=\"/\",le=\"0.5\"} 80\n"
    "took_seconds_bucket{path=\"/health\",le=\"0.5\"} 5\n"
    "took_seconds_bucket{path=\"/\",le=\"+Inf\"} 95\n"
    "took_seconds_bucket{path=\"/health\",le=\"+Inf\"} 5\n";

// One instance of each version, and a second canary that only starts.
struct World {
  Measured read(ScrapeProvider provider, EndpointState state = EndpointState::ready) {
    MeasureOrder order = test::order_of(std::move(provider));
    order.endpoints = {{EndpointId("shop-c.1"), kCanary, "127.0.0.1", canary.port(), state, {}},
                       {EndpointId("shop-c.2"), kCanary, "127.0.0.1", 1, EndpointState::starting, {}},
                       {EndpointId("shop-s.1"), kStable, "127.0.0.1", stable.port(), EndpointState::ready, {}}};
    return make_scrape_reader({}, clock)->read(order);
  }
  test::RealClock clock;
  test::Exporter canary{kPage};
  test::Exporter stable{kPage};
};

ScrapeProvider histogram(const std::string& name) { return {"/metrics", "", "", "", name}; }

}  // namespace

TEST_CASE("scrape: counters and values come from every instance that is up") {
  World world;
  const Measured measured = world.read({"/metrics", "requests_total", "requests_total{code=~\"5..\"}", "lag"});
  CHECK(measured.error.empty());
  CHECK(measured.nothing.empty());
  CHECK(measured.reading.rows ==
        std::vector<CounterRow>{{kCanary, "scrape:shop-c.1", 100, 10, 0}, {kStable, "scrape:shop-s.1", 100, 10, 0}});
  CHECK(measured.values == test::Values{{kCanary, 7.5}, {kStable, 7.5}});
  CHECK(world.canary.last_path() == "/metrics");
}

TEST_CASE("scrape: a histogram comes as its buckets, with or without that word, summed over its series") {
  World world;
  for (const char* name : {"took_seconds", "took_seconds_bucket"}) {
    const Measured measured = world.read(histogram(name));
    CHECK(measured.error.empty());
    REQUIRE(measured.reading.rows.size() == 2);
    CHECK(measured.reading.rows[0].answers == 100);
    CHECK(measured.reading.rows[0].buckets == std::vector<analysis::Bucket>{{0.1, 55}, {0.5, 85}});
  }
  const Measured part = world.read(histogram("took_seconds{path!=\"/health\"}"));
  CHECK(part.reading.rows.at(0).answers == 95);
  world.stable.serve("took_seconds_bucket{le=\"0.1\"} 5\n");
  CHECK_THAT(world.read(histogram("took_seconds")).error,
             Contains("scrape of shop-s.1: a histogram without the bucket +Inf"));
}

TEST_CASE("scrape: why there are no numbers of the canary is told") {
  World world;
  CHECK(world.read({"/metrics", "nosuch_total", "nosuch_total", ""}).nothing ==
        "no series nosuch_total at /metrics of its instances");
  CHECK(world.read(histogram("nosuch")).nothing == "no series nosuch at /metrics of its instances");
  CHECK(world.read({"/metrics", "", "", "lag"}, EndpointState::retiring).nothing ==
        "no instance of it is up to be scraped");
}

}  // namespace depops::agent

#include "agent/prometheus/prometheus_reader.h"

#include <poll.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>

#include "tests/contract/metrics/exporter.h"
#include "tests/contract/metrics/orders.h"
#include "tests/contract/metrics/prometheus_server.h"

namespace depops::agent {
namespace {

using analysis::CounterRow;
using analysis::PrometheusProvider;
using Catch::Matchers::Contains;
using Steady = std::chrono::steady_clock;
using test::kCanary;
using test::kStable;
using test::order_of;
using test::RealClock;
using test::Values;

// What is scraped. `aged` was sampled a minute ago, by its own word, and never again.
std::string page() {
  const auto now = RealClock().now().wall.time_since_epoch();
  return "requests_total{set=\"shop-c\",instance=\"c1\"} 100\n"
         "requests_total{set=\"shop-c\",instance=\"c2\"} 50\n"
         "requests_total{set=\"shop-s\",instance=\"s1\"} 900\n"
         "errors_total{set=\"shop-c\",instance=\"c1\",code=\"500\"} 3\n"
         "errors_total{set=\"shop-c\",instance=\"c1\",code=\"503\"} 4\n"
         "lag{set=\"shop-c\",version=\"2.0\"} 7.5\n"
         "lag{set=\"shop-s\",version=\"1.0+b\"} 5\n"
         "idle 0\n"
         "took_bucket{set=\"shop-c\",instance=\"c1\",le=\"0.1\"} 60\n"
         "took_bucket{set=\"shop-c\",instance=\"c1\",le=\"0.5\"} 90\n"
         "took_bucket{set=\"shop-c\",instance=\"c1\",le=\"+Inf\"} 100\n"
         "took_bucket{set=\"shop-s\",instance=\"s1\",le=\"0.1\"} 800\n"
         "took_bucket{set=\"shop-s\",instance=\"s1\",le=\"0.25\"} 850\n"
         "took_bucket{set=\"shop-s\",instance=\"s1\",le=\"0.5\"} 890\n"
         "took_bucket{set=\"shop-s\",instance=\"s1\",le=\"+Inf\"} 900\n"
         "aged{set=\"shop-c\"} 42 " +
         std::to_string((now - Millis(60'000)).count()) + "\n";
}

PrometheusProvider query_of(const std::string& query, Millis stale_after = Millis(120'000)) {
  return {"", query, "", "", stale_after};
}

PrometheusProvider counts_of(const std::string& requests, const std::string& errors) {
  return {"", "", requests, errors};
}

// One server for all cases: it takes a second to start.
struct World {
  World() {
    const auto deadline = Steady::now() + std::chrono::seconds(60);
    while (read(query_of("lag{set=\"{{set}}\"}")).values.size() < 2) {
      if (!server.running() || Steady::now() > deadline) FAIL("Prometheus has scraped nothing: " << server.log());
      ::poll(nullptr, 0, 50);
    }
  }
  Measured read(PrometheusProvider provider) { return reader()->read(order_of(std::move(provider))); }
  std::unique_ptr<MetricReader> reader(const std::string& credentials = "") {
    PrometheusSettings settings;
    settings.url = "http://" + credentials + server.address();
    return make_prometheus_reader(settings, clock);
  }
  RealClock clock;
  test::Exporter exporter{page()};
  test::PrometheusServer server{exporter.port()};
};

World& world() {
  static World one;
  return one;
}

Measured read(PrometheusProvider provider) { return world().read(std::move(provider)); }

}  // namespace

TEST_CASE("counters come per instance, and errors that are absent beside requests are 0") {
  const Measured measured =
      read(counts_of("requests_total{set=\"{{set}}\"}", "errors_total{set=\"{{set}}\",code=~\"5..\"}"));
  CHECK(measured.error.empty());
  CHECK(measured.reading.rows == std::vector<CounterRow>{{kCanary, "prometheus:c1", 100, 7, 0},
                                                         {kCanary, "prometheus:c2", 50, 0, 0},
                                                         {kStable, "prometheus:s1", 900, 0, 0}});
  CHECK(measured.values.empty());
}

TEST_CASE("a value comes for each version, by set or by what people call it") {
  CHECK(read(query_of("lag{set=\"{{set}}\"}")).values == Values{{kCanary, 7.5}, {kStable, 5}});
  CHECK(read(query_of("sum(lag{version=\"{{version}}\"})")).values == Values{{kCanary, 7.5}, {kStable, 5}});
  CHECK(read(query_of("sum(lag)")).values == Values{{kCanary, 12.5}});
  CHECK(read(query_of("1 + 1")).values == Values{{kCanary, 2}});
}

TEST_CASE("without a stable version only the canary is asked for") {
  MeasureOrder order = order_of(query_of("lag{set=\"{{set}}\"}"));
  order.stable.reset();
  CHECK(world().reader()->read(order).values == Values{{kCanary, 7.5}});
}

TEST_CASE("no series, NaN and arithmetic with nothing are no number and no error") {
  for (const char* query : {"nosuch{set=\"{{set}}\"}", "sum(nosuch)", "nosuch / idle", "idle / idle", "idle > 5"}) {
    INFO(query);
    const Measured measured = read(query_of(query));
    CHECK(measured.error.empty());
    CHECK(measured.values.empty());
    CHECK(measured.reading.rows.empty());
  }
}

TEST_CASE("no requests are no row, whatever the errors say") {
  const Measured measured = read(counts_of("nosuch{set=\"{{set}}\"}", "nosuch{set=\"{{set}}\"}"));
  CHECK(measured.error.empty());
  CHECK(measured.reading.rows.empty());
}

TEST_CASE("why there are no numbers is told: nothing, NaN and what is stale each in their own words") {
  CHECK(read(query_of("nosuch{set=\"{{set}}\"}")).nothing == "query \"nosuch{set=\"shop-c\"}\" gave an empty vector");
  CHECK(read(query_of("idle / idle")).nothing == "query \"idle / idle\" gave NaN, as 0/0 without traffic does");
  CHECK(read(query_of("aged{set=\"shop-c\"}", Millis(30'000))).nothing ==
        "query \"aged{set=\"shop-c\"}\" gave only series that were last sampled more than 30 s ago (staleAfter)");
  CHECK(read(counts_of("nosuch", "nosuch")).nothing == "query \"nosuch\" gave an empty vector");
  CHECK(read(counts_of("requests_total{set=\"{{set}}\"}", "nosuch{set=\"{{set}}\"}")).nothing.empty());
}

TEST_CASE("a histogram comes per instance, with the bounds that both versions have") {
  PrometheusProvider provider;
  provider.histogram = "took_bucket{set=\"{{set}}\"}";
  const Measured measured = read(provider);
  CHECK(measured.error.empty());
  REQUIRE(measured.reading.rows.size() == 2);
  const CounterRow& canary = measured.reading.rows[0];
  CHECK(canary.source == "prometheus:c1");
  CHECK(canary.answers == 100);
  CHECK(canary.buckets == std::vector<analysis::Bucket>{{0.1, 60}, {0.5, 90}});
  CHECK(measured.reading.rows[1].buckets == std::vector<analysis::Bucket>{{0.1, 800}, {0.5, 890}});
  provider.histogram = "nosuch_bucket{set=\"{{set}}\"}";
  CHECK(read(provider).nothing == "query \"nosuch_bucket{set=\"shop-c\"}\" gave an empty vector");
}

TEST_CASE("a division by 0 is an infinite number, which conditions compare") {
  const Measured measured = read(query_of("sum(lag) / sum(idle)"));
  REQUIRE(measured.values.size() == 1);
  CHECK(measured.values[0].second == std::numeric_limits<double>::infinity());
}

TEST_CASE("a series that was not sampled for longer than staleAfter is not there") {
  CHECK(read(query_of("aged{set=\"shop-c\"}", Millis(30'000))).values.empty());
  CHECK(read(query_of("aged{set=\"shop-c\"}", Millis(200'000))).values == Values{{kCanary, 42}});
  CHECK(read(query_of("sum(last_over_time(aged[30s]))")).values.empty());
}

TEST_CASE("an answer that is no number of one moment is an error with the remedy") {
  CHECK_THAT(read(query_of("lag[1m]")).error, Contains("gives a matrix"));
  CHECK_THAT(read(query_of("\"text\"")).error, Contains("gives a string"));
  CHECK_THAT(read(query_of("lag")).error, Contains("gives 2 series; make them one, for instance with sum()"));
  CHECK_THAT(read(query_of("sum(")).error, Contains("bad_data: ") && Contains("query \"sum(\""));
  const std::string rate = "sum(lag{set=\"{{set}}\"})";
  CHECK_THAT(read(counts_of(rate, rate)).error, Contains("which is no count"));
}

TEST_CASE("errors name the server, and never what is secret") {
  const Measured wrong = world().reader("ann:open-sesame@")->read(order_of(query_of("sum(")));
  CHECK_THAT(wrong.error, Contains("Prometheus http://" + world().server.address() + "/api/v1/query"));
  CHECK_THAT(wrong.error, !Contains("open-sesame"));
  PrometheusSettings nobody;
  nobody.url = "http://ann:open-sesame@127.0.0.1:" + std::to_string(test::free_port());
  const Measured away = make_prometheus_reader(nobody, world().clock)->read(order_of(query_of("up")));
  CHECK_THAT(away.error, Contains("Connection refused") && !Contains("open-sesame"));
}

TEST_CASE("a site without a server says where to name it") {
  CHECK_THAT(make_prometheus_reader({}, world().clock)->read(order_of(query_of("up"))).error,
             Contains("sources.prometheus.url"));
  PrometheusProvider elsewhere = query_of("lag{set=\"{{set}}\"}");
  elsewhere.url = world().server.url() + "/";
  CHECK(make_prometheus_reader({}, world().clock)->read(order_of(elsewhere)).values.size() == 2);
}

TEST_CASE("what is no Prometheus, too long or too late is an error") {
  const test::Exporter page("<html>busy</html>", "503 Later");
  PrometheusSettings settings;
  settings.url = page.url();
  CHECK_THAT(make_prometheus_reader(settings, world().clock)->read(order_of(query_of("up"))).error,
             Contains("status 503"));
  settings.url = world().server.url();
  settings.max_bytes = 40;
  CHECK_THAT(make_prometheus_reader(settings, world().clock)->read(order_of(query_of("sum(lag)"))).error,
             Contains("longer than the cap"));
  settings.max_bytes = 1'000;
  settings.timeout = Millis(0);
  CHECK_THAT(make_prometheus_reader(settings, world().clock)->read(order_of(query_of("up"))).error,
             Contains("no whole answer in time"));
}

}  // namespace depops::agent

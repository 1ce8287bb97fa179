#include <catch2/catch.hpp>

#include <random>

#include "tests/contract/router/haproxy_site.h"

// Forced routes under requests, on a real HAProxy: none fails, none is counted where it does not belong.
namespace depops::test {
namespace {

using agent::ForcedRoute;
using agent::RouterFacts;

const std::vector<agent::SetShare> kHalves{{kCanarySet, 50}, {kStableSet, 50}};
const std::vector<agent::SetShare> kAllOld{{kCanarySet, 0}, {kStableSet, 100}};
const ForcedRoute kPreview = by_header("preview", "x-preview", {"on"});

// The first line that is no success; "" if all are.
std::string first_failure(const std::string& log) {
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(" 200 ") == std::string::npos) return line;
  }
  return {};
}

analysis::CounterRow sum_of(const std::vector<analysis::CounterRow>& rows, const SetId& set) {
  analysis::CounterRow sum;
  for (const auto& row : rows) {
    if (row.set != set) continue;
    sum.answers += row.answers;
    sum.errors_5xx += row.errors_5xx;
    sum.lost += row.lost;
  }
  return sum;
}

TEST_CASE("no request fails while forced routes come, change and go") {
  HaproxySite site;
  site.add(kStableSet);
  site.add(kCanarySet);
  site.order(kHalves, {});
  site.world.wait_shares(kHalves);
  const pid_t plain = site.begin_load("plain.log", {}, "300");
  const pid_t forced = site.begin_load("forced.log", {"X-Preview: on", "Cookie: a=b"}, "300");
  for (int round = 0; round < 4; ++round) {
    site.order(kAllOld, {kPreview});
    site.wait_forced({"preview"}, 1);
    site.order(kHalves, {kPreview, by_cookie("second", "second", {"x"}, kStableSet)});
    site.wait_forced({"preview", "second"}, 1);
    site.order(kHalves, {by_header("preview", "x-preview", {"on"}, kStableSet)});
    site.wait_forced({"preview"}, 1);
    site.order(kHalves, {});
    site.wait_forced({}, 0);
  }
  for (const std::string& log : {site.end_load("plain.log", plain), site.end_load("forced.log", forced)}) {
    CHECK(count(log, "\n") > 0);
    CHECK(first_failure(log) == "");
    CHECK(count(log, " checkout-new ") > 0);
    CHECK(count(log, " checkout-old ") > 0);
  }
}

TEST_CASE("no forced request fails when the only server of its set dies") {
  HaproxySite site;
  site.add(kStableSet);
  site.add(kCanarySet);
  site.order(kAllOld, {kPreview});
  site.wait_forced({"preview"}, 1);
  const pid_t load = site.begin_load("forced.log", {"X-Preview: on"}, "300");
  const auto forced = [](const RouterFacts& now) { return sum_of(now.services[0].forced_counters, kCanarySet); };
  site.wait([&](const RouterFacts& now) { return forced(now).answers > 100; });
  site.lose(kCanarySet);
  site.wait_forced({"preview"}, 0);
  site.wait([&](const RouterFacts& now) { return sum_of(now.services[0].counters, kStableSet).answers > 100; });
  const std::string log = site.end_load("forced.log", load);
  CHECK(first_failure(log) == "");
}

TEST_CASE("after reloads forced routes are in force, and still fall back when their set dies") {
  HaproxySite site;
  site.add(kStableSet);
  site.add(kCanarySet);
  site.order(kAllOld, {kPreview});
  site.wait_forced({"preview"}, 1);
  const pid_t load = site.begin_load("forced.log", {"X-Preview: on"}, "200");
  for (int round = 0; round < 2; ++round) {
    const std::string worker = site.world.worker();
    ::kill(site.world.haproxy, SIGUSR2);
    site.wait([&](const RouterFacts& now) { return now.reachable && site.world.worker() != worker; });
    site.wait_forced({"preview"}, 1);
    CHECK(site.get({{"x-preview", "on"}}) == "checkout-new");
  }
  site.lose(kCanarySet);
  CHECK(site.get({{"x-preview", "on"}}) == "checkout-old");
  site.wait_forced({"preview"}, 0);
  CHECK(site.get({{"x-preview", "on"}}) == "checkout-old");
  const std::string log = site.end_load("forced.log", load);
  CHECK(first_failure(log) == "");
}

TEST_CASE("forced requests are counted apart: they are in no share and in no window of the weights") {
  HaproxySite site;
  site.add(kStableSet);
  site.more = "ERROR_SHARE=1";
  site.add(kCanarySet);
  site.order(kAllOld, {kPreview});
  site.wait_forced({"preview"}, 1);
  const pid_t load = site.begin_load("forced.log", {"X-Preview: on"}, "200");
  site.world.stream("200", "1");
  site.wait([&](const RouterFacts& now) { return sum_of(now.services[0].forced_counters, kCanarySet).answers > 200; });
  const std::string log = site.end_load("forced.log", load);
  const RouterFacts facts = site.wait([&](const RouterFacts& now) {
    return sum_of(now.services[0].forced_counters, kCanarySet).answers == count(log, "\n");
  });
  const auto& traffic = facts.services[0];
  CHECK(sum_of(traffic.forced_counters, kCanarySet).errors_5xx == count(log, " 500 "));
  CHECK(sum_of(traffic.forced_counters, kStableSet).answers == 0);
  CHECK(sum_of(traffic.counters, kCanarySet).answers == 0);
  CHECK(sum_of(traffic.counters, kCanarySet).errors_5xx == 0);
  CHECK(sum_of(traffic.counters, kStableSet).answers > 0);
  CHECK(traffic.shares == kAllOld);
}

TEST_CASE("a forced request under way keeps its endpoint from being let go") {
  HaproxySite site;
  site.add(kStableSet);
  site.more = "DELAY_MS=2000";
  site.add(kCanarySet);
  site.order(kAllOld, {kPreview});
  site.wait_forced({"preview"}, 1);
  const pid_t load = site.begin_load("slow.log", {"X-Preview: on"}, "20");
  const auto canary = [](const RouterFacts& now) {
    return *std::ranges::find(now.services[0].endpoints, kCanarySet, &agent::RoutedFacts::set);
  };
  site.wait([&](const RouterFacts& now) { return canary(now).in_flight > 0; });
  site.world.orders.routes[0].endpoints[1].drain = true;
  site.order(kAllOld, {});
  const RouterFacts drained =
      site.wait([&](const RouterFacts& now) { return canary(now).draining && canary(now).in_flight == 0; });
  const std::string log = site.end_load("slow.log", load);
  CHECK(count(log, " checkout-new 200 ") > 0);
  CHECK(first_failure(log) == "");
  CHECK(drained.services[0].forced.empty());
}

TEST_CASE("forced routes of an earlier agent that are ordered no more do not come back with HAProxy's next start") {
  HaproxySite site;
  site.add(kStableSet);
  site.add(kCanarySet);
  site.order(kAllOld, {kPreview});
  site.wait_forced({"preview"}, 1);
  site.world.restart_router();
  CHECK(site.get({{"x-preview", "on"}}) == "checkout-new");
  site.order(kAllOld, {});
  site.wait_forced({}, 0);
  CHECK(site.get({{"x-preview", "on"}}) == "checkout-old");
  site.restart_router();
  CHECK(site.get({{"x-preview", "on"}}) == "checkout-old");
}

std::string one_of(std::mt19937& random, const std::vector<std::string>& words) {
  return words[std::uniform_int_distribution<std::size_t>(0, words.size() - 1)(random)];
}

TEST_CASE("HAProxy finds for every request the route that the port's own words find") {
  HaproxySite site;
  site.add(kStableSet);
  site.add(kCanarySet);
  const std::vector<ForcedRoute> routes{by_header("a", "X-A", {"1", "a b"}),
                                        by_cookie("b", "b", {"x=y", "\"q\"", "1"}, kStableSet),
                                        by_header("c", "x-a.b", {"1"}, kStableSet), by_cookie("d", "x-a", {"1", "b"})};
  site.order(kHalves, routes);
  site.wait_forced({"a", "b", "c", "d"}, 1);
  std::mt19937 random(7);
  std::size_t forced = 0;
  for (int i = 0; i < 300; ++i) {
    agent::RequestHeaders headers;
    for (int k = 0; k < 3; ++k) {
      headers.emplace_back(one_of(random, {"x-a", "X-A.B", "Cookie", "x-axb", "cookie"}),
                           one_of(random, {"1", "a b", "a  b", "b=1", "b=x=y", "c=1; b=\"q\"", "x-a=b ;b=2", "b=11",
                                           "xb=1", "b=1;", ";x-a=1", "a=;  b=1 ; c", "X-A=1"}));
    }
    const ForcedRoute* wanted = agent::forced_by(routes, headers);
    const std::string got = site.get(headers);
    CAPTURE(headers);
    CHECK(!got.empty());
    if (wanted == nullptr) continue;
    forced += 1;
    CHECK(got == wanted->set.str());
  }
  CHECK(forced > 50);
}

}  // namespace
}  // namespace depops::test

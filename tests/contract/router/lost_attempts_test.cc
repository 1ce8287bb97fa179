#include <catch2/catch.hpp>

#include "tests/contract/router/router_world.h"

// Whatever a bad canary does instead of answering is an error, never an absence of data.
namespace depops::test {
namespace {

TEST_CASE("a canary that dies counts as errors, each lost attempt once") {
  World world;
  world.add("checkout-old", "1.0");
  const std::string canary = world.add("checkout-new", "1.1", "ERROR_SHARE=1");
  world.share({{kNew, 50}, {kOld, 50}});
  world.apply();
  world.wait_shares({{kNew, 50}, {kOld, 50}});
  const auto row = [&](const RouterFacts& now) {
    for (const auto& counter : now.services[0].counters) {
      if (counter.set == kNew) return counter;
    }
    return analysis::CounterRow{};
  };
  const std::string bad = world.stream("200", "1");
  const auto answered =
      row(world.wait([&](const RouterFacts& now) { return row(now).answers == count(bad, " 1.1 "); }));
  REQUIRE(answered.errors_5xx == count(bad, " 500 "));
  REQUIRE(answered.lost == 0);
  ::kill(world.servers[canary], SIGKILL);
  const std::string dead = world.stream("200", "1");
  REQUIRE(count(dead, " 200 ") == count(dead, "\n"));  // what was lost was tried again on the other server
  const auto lost = row(world.wait([&](const RouterFacts& now) { return row(now).lost > 0; }));
  REQUIRE(lost.lost <= count(dead, "\n"));
  REQUIRE(lost.answers == answered.answers);
}

analysis::CounterRow row_of(const RouterFacts& facts, const SetId& set) {
  for (const auto& counter : facts.services.at(0).counters) {
    if (counter.set == set) return counter;
  }
  return {};
}

TEST_CASE("a canary that hangs is lost attempts once the server timeout is over, each once") {
  World world(Millis(300));
  world.add("checkout-old", "1.0");
  world.add("checkout-new", "1.1", "DELAY_MS=60000");
  world.share({{kNew, 50}, {kOld, 50}});
  world.apply();
  world.wait_shares({{kNew, 50}, {kOld, 50}});
  const std::string seen = world.stream("100", "2");
  const std::size_t hung = count(seen, " 504 ");
  REQUIRE(hung > 50);
  const auto row = row_of(world.wait([&](const RouterFacts& now) { return row_of(now, kNew).lost >= hung; }), kNew);
  CHECK(row.lost == hung);
  CHECK(row.answers == 0);
  CHECK(row_of(world.facts, kOld).lost == 0);
}

TEST_CASE("a canary that resets its connections is lost attempts, whether users saw it or another server answered") {
  World world;
  world.add("checkout-old", "1.0");
  world.add("checkout-new", "1.1", "RESET_SHARE=1");
  world.share({{kNew, 50}, {kOld, 50}});
  world.apply();
  world.wait_shares({{kNew, 50}, {kOld, 50}});
  const std::string seen = world.stream("100", "2");
  const std::size_t all = count(seen, "\n");
  const auto row =
      row_of(world.wait([&](const RouterFacts& now) { return row_of(now, kNew).lost >= all / 2 - 1; }), kNew);
  CHECK(count(seen, " 200 ") == all);  // an empty answer is asked again elsewhere, so users see nothing of it
  CHECK(row.answers == 0);
  CHECK(row.lost <= all);
  CHECK(row_of(world.facts, kOld).answers == all);
}

TEST_CASE("a canary that refuses connections after it was ready is lost attempts, and users see nothing of it") {
  World world;
  world.add("checkout-old", "1.0");
  const std::string canary = world.add("checkout-new", "1.1");
  world.share({{kNew, 50}, {kOld, 50}});
  world.apply();
  world.wait_shares({{kNew, 50}, {kOld, 50}});
  end(world.servers[canary], SIGKILL);  // nobody listens on its port from here on; the check needs a second to see it
  world.servers.erase(canary);
  const std::string seen = world.stream("200", "1");
  CHECK(count(seen, " 200 ") == count(seen, "\n"));
  const auto row = row_of(world.wait([&](const RouterFacts& now) { return row_of(now, kNew).lost > 0; }), kNew);
  CHECK(row.answers == 0);
  CHECK(row.lost <= count(seen, "\n"));
}

}  // namespace
}  // namespace depops::test

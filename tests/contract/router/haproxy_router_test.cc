#include <catch2/catch.hpp>

#include "tests/contract/router/router_world.h"

namespace depops::test {
namespace {

TEST_CASE("requests are divided as ordered, and weight 0 leaves none") {
  World world;
  world.add("checkout-old", "1.0");
  world.add("checkout-old", "1.0");
  world.add("checkout-new", "1.1");
  world.share({{kNew, 10}, {kOld, 90}});
  world.apply();
  world.wait_shares({{kNew, 10}, {kOld, 90}});
  const std::string ten = world.stream("500", "2");
  REQUIRE(count(ten, " 200 ") == count(ten, "\n"));
  const double share = double(count(ten, " 1.1 ")) / double(count(ten, "\n"));
  REQUIRE(share > 0.095);
  REQUIRE(share < 0.105);
  world.share({{kNew, 0}, {kOld, 100}});
  world.apply();
  world.wait_shares({{kNew, 0}, {kOld, 100}});
  REQUIRE(count(world.stream("300", "1"), " 1.1 ") == 0);
}

TEST_CASE("a server is drained, stopped and removed under load without a failed request") {
  World world;
  world.add("checkout-old", "1.0");
  const std::string leaving = world.add("checkout-old", "1.0", "DELAY_MS=20");
  world.share({{kOld, 100}});
  world.apply();
  world.wait_shares({{kOld, 100}});
  const std::string log = world.dir / "load.log";
  const pid_t load = run({bin_dir() + "/depops-demo-stream", "--url",
                          "http://127.0.0.1:" + std::to_string(world.front) + "/", "--rate", "300", "--log", log},
                         {});
  world.orders.routes[0].endpoints[1].drain = true;
  world.apply();
  world.wait([&](const RouterFacts& now) {
    for (const auto& endpoint : now.services[0].endpoints) {
      if (endpoint.id.str() == leaving) return endpoint.draining && endpoint.in_flight == 0;
    }
    return false;
  });
  end(world.servers[leaving], SIGTERM);
  world.servers.erase(leaving);
  world.orders.routes[0].endpoints.pop_back();
  world.apply();
  world.wait([](const RouterFacts& now) { return now.services[0].endpoints.size() == 1; });
  end(load, SIGTERM);
  std::stringstream text;
  text << std::ifstream(log).rdbuf();
  REQUIRE(count(text.str(), "\n") > 0);
  REQUIRE(count(text.str(), " 200 ") == count(text.str(), "\n"));
}

TEST_CASE("HAProxy comes back from a reload and from kill -9 with the written weights") {
  World world;
  world.add("checkout-old", "1.0");
  world.add("checkout-new", "1.1");
  world.share({{kNew, 25}, {kOld, 75}});
  world.apply();
  world.wait_shares({{kNew, 25}, {kOld, 75}});
  SECTION("reload") { ::kill(world.haproxy, SIGUSR2); }
  SECTION("kill -9 of the worker") {
    const auto info = std::move(agent::haproxy::ask(world.settings.admin_socket, "show info")).value();
    const int worker = std::atoi(info.c_str() + info.find("Pid: ") + 5);
    ::kill(worker, SIGKILL);
    ::waitpid(world.haproxy, nullptr, 0);
    world.wait([](const RouterFacts& now) { return !now.reachable; });
    world.start_haproxy();
  }
  world.wait_shares({{kNew, 25}, {kOld, 75}});
  const std::string after = world.stream("200", "1");
  REQUIRE(count(after, " 200 ") == count(after, "\n"));
  REQUIRE(count(after, " 1.1 ") > 0);
}

TEST_CASE("an agent that starts leaves a HAProxy with another health check as it is until it has orders") {
  World world;
  world.add("checkout-old", "1.0");
  world.orders.routes[0].health_path = "/metrics";  // not the one that HAProxy was started with: a reload
  world.share({{kOld, 100}});
  world.apply();
  world.wait_shares({{kOld, 100}});
  const std::string worker = world.worker();
  world.restart_router();
  world.wait_readings(5);
  CHECK(world.worker() == worker);
  CHECK(count(world.stream("100", "1"), " 200 ") == 100);
  world.apply();
  world.wait_shares({{kOld, 100}});
  CHECK(world.worker() == worker);
}

TEST_CASE("a weight changed behind the agent's back is told, left alone, and corrected by new orders") {
  World world;
  const std::string old_id = world.add("checkout-old", "1.0");
  world.add("checkout-new", "1.1");
  world.share({{kNew, 10}, {kOld, 90}});
  world.apply();
  world.wait_shares({{kNew, 10}, {kOld, 90}});
  (void)agent::haproxy::ask(world.settings.admin_socket, "set server be_checkout/" + old_id + " weight 1");
  const RouterFacts told = world.wait([](const RouterFacts& now) { return !now.foreign.empty(); });
  REQUIRE(told.foreign.at(0).find("weight of " + old_id + " is 1, written was ") == 0);
  REQUIRE(world.wait([](const RouterFacts&) { return true; }).foreign == told.foreign);
  world.apply();
  REQUIRE(world.wait_shares({{kNew, 10}, {kOld, 90}}).foreign.empty());
}

}  // namespace
}  // namespace depops::test

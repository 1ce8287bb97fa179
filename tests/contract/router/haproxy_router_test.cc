#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <sstream>

#include "agent/haproxy/admin_socket.h"
#include "agent/haproxy/haproxy_router.h"
#include "tests/support/paths.h"

namespace depops::test {
namespace {

using agent::RouterFacts;
using agent::RouterOrders;

class FixedClock : public ports::Clock {
 public:
  Moment now() const override {
    const auto up = std::chrono::steady_clock::now().time_since_epoch();
    return {std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()),
            std::chrono::duration_cast<Millis>(up), BootId("b")};
  }
};

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

pid_t run(std::vector<std::string> words, std::vector<std::string> environment) {
  std::vector<char*> arguments, variables;
  for (auto& word : words) arguments.push_back(word.data());
  for (auto& variable : environment) variables.push_back(variable.data());
  arguments.push_back(nullptr);
  variables.push_back(nullptr);
  pid_t pid = 0;
  REQUIRE(::posix_spawn(&pid, arguments[0], nullptr, nullptr, arguments.data(), variables.data()) == 0);
  return pid;
}

void end(pid_t pid, int number) {
  ::kill(pid, number);
  ::waitpid(pid, nullptr, 0);
}

// A HAProxy, services behind it and the adapter under test.
struct World {
  FixedClock clock;
  std::filesystem::path dir;
  agent::HaproxySettings settings;
  std::uint16_t front = free_port();
  std::unique_ptr<agent::Router> router;
  pid_t haproxy = 0;
  std::map<std::string, pid_t> servers;
  RouterOrders orders;
  std::mutex mutex;
  std::condition_variable changed;
  RouterFacts facts;
  std::uint64_t readings = 0;

  World() {
    std::string pattern = std::filesystem::temp_directory_path() / "depops-router-XXXXXX";
    dir = ::mkdtemp(pattern.data());
    settings.site = "fra-1";
    settings.config_path = dir / "haproxy.cfg";
    settings.admin_socket = dir / "admin.sock";
    settings.binds[ServiceName("checkout")] = {"127.0.0.1:" + std::to_string(front), "/ready"};
    auto made = agent::make_haproxy_router(settings, clock);
    REQUIRE((made.ok() ? "" : made.error().what) == std::string());
    router = std::move(made).value();
    start_haproxy();
    router->start([this](RouterFacts now) {
      const std::lock_guard lock(mutex);
      facts = std::move(now);
      readings += 1;
      changed.notify_all();
    });
    orders.routes.push_back({ServiceName("checkout"), "/ready", {}, {}});
  }

  ~World() {
    router->stop();
    end(haproxy, SIGTERM);
    for (const auto& [id, pid] : servers) end(pid, SIGKILL);
    std::filesystem::remove_all(dir);
  }

  void start_haproxy() { haproxy = run({"/usr/sbin/haproxy", "-W", "-db", "-f", settings.config_path}, {}); }

  // A server of the set, running or (port without anybody) refusing.
  std::string add(const std::string& set, const std::string& version, const std::string& more = "A=1") {
    const std::string id = set + "." + std::to_string(servers.size() + 1);
    const std::uint16_t port = free_port();
    servers[id] =
        run({bin_dir() + "/depops-demo-checkout"}, {"PORT=" + std::to_string(port), "DEPOPS_VERSION=" + version, more});
    orders.routes[0].endpoints.push_back({EndpointId(id), SetId(set), "127.0.0.1", port, false});
    return id;
  }

  void share(std::vector<agent::SetShare> shares) { orders.routes[0].shares = std::move(shares); }

  void apply() {
    orders.seq += 1;
    router->apply(orders);
  }

  RouterFacts wait(const std::function<bool(const RouterFacts&)>& condition) {
    std::unique_lock lock(mutex);
    const std::uint64_t seen = readings;
    const bool came = changed.wait_for(lock, std::chrono::seconds(20), [&] {
      return readings > seen && facts.applied_seq == orders.seq && condition(facts);
    });
    INFO(facts.trouble);
    REQUIRE(came);
    return facts;
  }

  RouterFacts wait_shares(const std::vector<agent::SetShare>& wanted) {
    return wait([&](const RouterFacts& now) {
      return now.reachable && !now.services.empty() && now.services[0].shares == wanted;
    });
  }

  std::string stream(const std::string& rate, const std::string& seconds) {
    const std::string log = dir / "stream.log";
    std::filesystem::remove(log);
    const pid_t pid =
        run({bin_dir() + "/depops-demo-stream", "--url", "http://127.0.0.1:" + std::to_string(front) + "/", "--rate",
             rate, "--seconds", seconds, "--log", log},
            {});
    ::waitpid(pid, nullptr, 0);
    std::stringstream text;
    text << std::ifstream(log).rdbuf();
    return text.str();
  }
};

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

const SetId kOld("checkout-old"), kNew("checkout-new");

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

}  // namespace
}  // namespace depops::test

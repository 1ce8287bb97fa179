#pragma once

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "agent/haproxy/admin_socket.h"
#include "agent/haproxy/haproxy_router.h"
#include "tests/support/paths.h"

namespace depops::test {

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

std::uint16_t free_port();
// Starts a program, without a shell; nothing of our environment goes with it.
pid_t run(std::vector<std::string> words, std::vector<std::string> environment);
void end(pid_t pid, int number);

// A HAProxy, services behind it and the adapter under test.
struct World {
  FixedClock clock;
  std::filesystem::path dir;
  agent::HaproxySettings settings;
  std::uint16_t front = free_port();
  std::unique_ptr<agent::Router> router;
  pid_t haproxy = 0;
  std::map<std::string, pid_t> servers;
  int added = 0;
  RouterOrders orders;
  std::mutex mutex;
  std::condition_variable changed;
  RouterFacts facts;
  std::uint64_t readings = 0;

  explicit World(Millis server_timeout = Millis(30'000)) {
    settings.server_timeout = server_timeout;
    std::string pattern = std::filesystem::temp_directory_path() / "depops-router-XXXXXX";
    dir = ::mkdtemp(pattern.data());
    settings.site = "fra-1";
    settings.config_path = dir / "haproxy.cfg";
    settings.admin_socket = dir / "admin.sock";
    settings.binds[ServiceName("checkout")] = {"127.0.0.1:" + std::to_string(front), "/ready"};
    settings.master_socket = dir / "master.sock";
    make_router();
    start_haproxy();
    start_router();
    orders.routes.push_back({ServiceName("checkout"), "/ready", {}, {}});
  }

  ~World() {
    router->stop();
    end(haproxy, SIGTERM);
    for (const auto& [id, pid] : servers) end(pid, SIGKILL);
    std::filesystem::remove_all(dir);
  }

  void start_haproxy() {
    const std::string master = settings.master_socket + ",mode,600";
    haproxy = run({"/usr/sbin/haproxy", "-W", "-db", "-S", master, "-f", settings.config_path}, {});
  }

  void make_router() {
    auto made = agent::make_haproxy_router(settings, clock);
    REQUIRE((made.ok() ? "" : made.error().what) == std::string());
    router = std::move(made).value();
  }

  void start_router() {
    router->start([this](RouterFacts now) {
      const std::lock_guard lock(mutex);
      facts = std::move(now);
      readings += 1;
      changed.notify_all();
    });
  }

  // As an agent that was started again: it knows nothing, and has no orders yet.
  void restart_router() {
    router->stop();
    make_router();
    start_router();
  }

  std::string worker() const;  // the process that serves: another one after each reload

  void wait_readings(std::uint64_t count) {
    std::unique_lock lock(mutex);
    const std::uint64_t enough = readings + count;
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return readings >= enough; }));
  }

  // A server of the set, running or (port without anybody) refusing.
  std::string add(const std::string& set, const std::string& version, const std::string& more = "A=1") {
    const std::string id = set + "." + std::to_string(++added);
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

  std::string stream(const std::string& rate, const std::string& seconds);  // the log of its requests
};

std::size_t count(const std::string& text, const std::string& what);

inline const SetId kOld("checkout-old"), kNew("checkout-new");

}  // namespace depops::test

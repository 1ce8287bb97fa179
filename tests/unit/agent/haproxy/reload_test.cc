#include <catch2/catch.hpp>
#include <condition_variable>
#include <filesystem>

#include "agent/haproxy/configuration.h"
#include "agent/haproxy/haproxy_router.h"
#include "shared/clock/system_clock.h"
#include "tests/unit/agent/haproxy/fake_admin.h"

namespace depops::agent::haproxy {
namespace {

const ServiceName kShop("shop");
const SetId kOld("shop-a"), kNew("shop-b");

// A router at the admin socket of a HAProxy that is replaced when the test says so.
struct Site {
  std::filesystem::path dir;
  HaproxySettings settings;
  clock::SystemClock clock;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<RouterFacts> told;
  std::unique_ptr<FakeAdmin> admin;
  std::unique_ptr<Router> router;
  RouterOrders orders;

  Site() {
    std::string pattern = std::filesystem::temp_directory_path() / "depops-reload-XXXXXX";
    dir = ::mkdtemp(pattern.data());
    settings.site = "fra-1";
    settings.config_path = dir / "haproxy.cfg";
    settings.admin_socket = dir / "admin.sock";
    settings.program = "/bin/true";
    settings.binds[kShop] = {"127.0.0.1:8080", "/ready"};
    ServiceRoute route{kShop, "/ready", {{kOld, 90}, {kNew, 10}}, {}};
    for (const SetId& set : {kOld, kNew}) {
      route.endpoints.push_back({EndpointId(set.str() + ".1"), set, "127.0.0.1", 1000, false});
    }
    orders = {1, {route}};
    const std::string description = Configuration(settings).structure(orders.routes);
    admin = std::make_unique<FakeAdmin>(settings.admin_socket, description, "be_shop",
                                        std::map<std::string, int>{{"shop-a.1", 1}, {"shop-b.1", 1}});
    auto made = make_haproxy_router(settings, clock);
    REQUIRE(made.ok());
    router = std::move(*made);
  }
  ~Site() {
    router->stop();
    admin.reset();
    std::filesystem::remove_all(dir);
  }

  void start() {
    router->start([this](RouterFacts facts) {
      const std::lock_guard lock(mutex);
      told.push_back(std::move(facts));
      changed.notify_all();
    });
    router->apply(orders);
  }

  template <typename Condition>
  RouterFacts wait(const Condition& condition) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(20), [&] { return !told.empty() && condition(told.back()); }));
    return told.back();
  }
};

bool is_divided(const RouterFacts& facts) {
  return facts.applied_seq == 1 && !facts.services.empty() &&
         facts.services.front().shares == std::vector<SetShare>{{kOld, 90}, {kNew, 10}};
}

TEST_CASE("a worker that takes over in the middle of a write is nobody's interference, and gets what was ordered") {
  Site site;
  site.admin->replace_after("set server be_shop/shop-a.1 weight");
  site.start();
  site.wait(is_divided);
  CHECK(site.admin->replaced() == 1);
  const std::lock_guard lock(site.mutex);
  for (const RouterFacts& facts : site.told) CHECK(facts.foreign == std::vector<std::string>{});
}

TEST_CASE("answers of two workers are never taken for one, and are asked for again") {
  Site site;
  site.admin->replace_after("show map");
  site.start();
  site.wait(is_divided);
  CHECK(site.admin->replaced() == 1);
  const std::lock_guard lock(site.mutex);
  for (const RouterFacts& facts : site.told) CHECK(facts.trouble.empty());
}

TEST_CASE("a HAProxy that is replaced again and again is told with what to look for") {
  Site site;
  site.admin->replace_after("show map", 1'000'000);
  site.start();
  const RouterFacts facts = site.wait([](const RouterFacts& now) { return !now.reachable; });
  CHECK(facts.trouble.find("was replaced 3 times while it was read") != std::string::npos);
  CHECK(facts.applied_seq == 0);
}

}  // namespace
}  // namespace depops::agent::haproxy

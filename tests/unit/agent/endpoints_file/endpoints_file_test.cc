#include "agent/endpoints_file/endpoints_file.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>

#include "shared/clock/system_clock.h"

namespace depops::agent {
namespace {

RouterOrders orders() {
  const SetId one("checkout-1");
  const SetId two("checkout-2");
  ServiceRoute route{ServiceName("checkout"), "/ready", {{two, 20}, {one, 80}}, {}};
  route.endpoints = {{EndpointId("a"), one, "127.0.0.1", 20'001, false},
                     {EndpointId("b"), one, "127.0.0.1", 20'002, true},
                     {EndpointId("c"), two, "127.0.0.1", 20'003, false}};
  return {7, {route}};
}

constexpr const char* kText = R"([{"targets":["127.0.0.1:20003"],"labels":{"service":"checkout","set":"checkout-2"}},)"
                              R"({"targets":["127.0.0.1:20001"],"labels":{"service":"checkout","set":"checkout-1"}}])";

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("the file names what may get requests, and not what is about to be stopped") {
  CHECK(endpoints_text(orders()) == std::string(kText) + "\n");
  CHECK(endpoints_text({}) == "[]\n");
}

TEST_CASE("the share is that of the instances, and nobody is known to be without requests") {
  const RouterFacts facts = endpoints_facts(orders());
  CHECK(facts.applied_seq == 7);
  REQUIRE(facts.services.size() == 1);
  CHECK(facts.services[0].shares == std::vector<SetShare>{{SetId("checkout-2"), 50}, {SetId("checkout-1"), 50}});
  REQUIRE(facts.services[0].endpoints.size() == 3);
  CHECK(facts.services[0].endpoints[0].up);
  CHECK_FALSE(facts.services[0].endpoints[1].up);
  for (const RoutedFacts& endpoint : facts.services[0].endpoints) CHECK_FALSE(endpoint.draining);
  CHECK(facts.services[0].counters.empty());
}

TEST_CASE("orders are in the file before they count as taken up, and a folder that is missing is said") {
  char name[] = "/tmp/depops-endpoints-XXXXXX";
  const std::string folder = mkdtemp(name);
  const clock::SystemClock clock;
  std::mutex mutex;
  std::condition_variable told;
  RouterFacts last;
  const auto router = make_endpoints_file(folder + "/state/endpoints.json", clock);
  CHECK(router->capabilities() == RouterCapabilities{.proof = ShareProof::accepted});  // it counts no requests
  router->start([&](RouterFacts facts) {
    const std::lock_guard lock(mutex);
    last = std::move(facts);
    told.notify_all();
  });
  const auto until = [&](const auto& is_so) {
    std::unique_lock lock(mutex);
    return told.wait_for(lock, std::chrono::seconds(10), is_so);
  };
  router->apply(orders());
  REQUIRE(until([&] { return !last.trouble.empty(); }));
  CHECK_FALSE(last.reachable);
  CHECK(last.applied_seq == 0);
  std::filesystem::create_directory(folder + "/state");
  REQUIRE(until([&] { return last.applied_seq == 7; }));
  CHECK(last.reachable);
  CHECK(content_of(folder + "/state/endpoints.json") == std::string(kText) + "\n");
  router->stop();
  std::filesystem::remove_all(folder);
}

}  // namespace depops::agent

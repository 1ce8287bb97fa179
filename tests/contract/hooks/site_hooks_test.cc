#include <sys/stat.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "agent/hooks/run_command.h"
#include "tests/contract/hooks/receiver.h"
#include "tests/contract/hooks/site_world.h"

namespace depops::test {
namespace {

using agent::HookFacts;
using agent::HookOrder;
using Catch::Contains;
using rollout::HookFact;
using rollout::HookOutcome;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

HookOrder request(SiteWorld& world, const std::string& url, const std::string& method = "POST") {
  HookOrder order = world.order("checkout", 7, Ending::well);
  order.call = rollout::HookRequest{method, url, {{"Authorization", "Bearer s-1"}}};
  return order;
}

}  // namespace

TEST_CASE("hooks of a site keep the port's contract") {
  hook_cases([] { return std::make_unique<SiteWorld>(); });
}

TEST_CASE("a program knows what it is about and has nothing of the agent's") {
  SiteWorld world;
  ::setenv("DEPOPS_SECRET_OF_THE_AGENT", "s", 1);
  const auto seen = world.folder() / "seen";
  HookOrder order = world.script(7, "set > " + seen.string());
  CHECK(world.fact_of(order).outcome == HookOutcome::done);
  const std::string environment = text_of(seen);
  CHECK_THAT(environment, Contains("IDEMPOTENCY_KEY='r-1/0/7'") && Contains("DEPOPS_SERVICE='checkout'") &&
                              Contains("DEPOPS_VERSION='1.2'") && Contains("DEPOPS_STEP='1'"));
  CHECK_THAT(environment, !Contains("SECRET_OF_THE_AGENT"));
}

TEST_CASE("whoever stopped the hooks hears nothing of them any more, nor when they are taken down") {
  SiteWorld world;
  const HookOrder order = world.order("checkout", 9, Ending::never);
  const auto state = world.folder() / "other";
  std::filesystem::create_directory(state);
  auto hooks = agent::make_site_hooks({state.string(), world.allowed()});
  std::atomic<bool> stopped{false};
  std::atomic<int> told_late{0};
  hooks->start([&](const HookFacts&) { told_late += stopped ? 1 : 0; });
  hooks->apply({{order}});
  world.wait([&](const HookFacts&) { return world.is_alive(order); });
  hooks->stop();
  stopped = true;
  CHECK_FALSE(world.is_alive(order));
  hooks.reset();
  CHECK(told_late == 0);
}

TEST_CASE("a program runs only if the site's settings name it") {
  CHECK(agent::hooks::is_allowed("/opt/db/migrate", {"/opt/db/migrate"}));
  CHECK(agent::hooks::is_allowed("/opt/db/migrate", {"/srv/", "/opt/db/"}));
  CHECK_FALSE(agent::hooks::is_allowed("/opt/db/migrate", {}));
  CHECK_FALSE(agent::hooks::is_allowed("/opt/db/migrate", {"/opt/db"}));
  CHECK_FALSE(agent::hooks::is_allowed("/opt/db/../../bin/sh", {"/opt/db/"}));
  CHECK_FALSE(agent::hooks::is_allowed("migrate", {"/opt/db/"}));
  SiteWorld world;
  HookOrder order = world.order("checkout", 7, Ending::well);
  order.call = rollout::HookCommand{{"/bin/true"}};
  const HookFact fact = world.fact_of(order);
  CHECK(fact.outcome == HookOutcome::failed);
  CHECK_THAT(fact.text, Contains("/bin/true may not run here") && Contains("hooks.programs"));
}

TEST_CASE("what a program writes is kept beside its status, and told to nobody") {
  SiteWorld world;
  HookOrder order = world.script(7, "echo password=p-3; echo trouble >&2; exit 3");
  const HookFact fact = world.fact_of(order);
  CHECK(fact.outcome == HookOutcome::failed);
  const auto log = world.folder() / "state" / "checkout.log";
  CHECK_THAT(fact.text, Contains("ended with status 3; what it wrote is in " + log.string()) && !Contains("p-3"));
  CHECK(text_of(log) == "password=p-3\ntrouble\n");
  struct stat file {};
  REQUIRE(::stat(log.c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0600);
  CHECK(world.fact_of(world.script(8, "head -c 200000 /dev/zero")).outcome == HookOutcome::done);
  CHECK(std::filesystem::file_size(log) == 64 * 1024);
  CHECK_FALSE(std::filesystem::exists(world.folder() / "state" / "checkout.running"));
}

TEST_CASE("a program is ended at its limit, with all that it started") {
  SiteWorld world;
  HookOrder order = world.order("checkout", 7, Ending::never);
  const HookOrder child = world.order("checkout", 7, Ending::never);
  order.timeout = Millis(700);
  const HookFact fact = world.fact_of(order);
  CHECK(fact.outcome == HookOutcome::failed);
  CHECK_THAT(fact.text, Contains("was killed at its limit of 700 ms"));
  CHECK_FALSE(world.is_alive(child));
}

TEST_CASE("a request carries its key and what it is about; 2xx is done") {
  SiteWorld world;
  Receiver receiver("204 No Content");
  CHECK(world.fact_of(request(world, receiver.url())).outcome == HookOutcome::done);
  const std::string seen = receiver.wait_for_request();
  CHECK_THAT(seen, Contains("POST /hooks?token=t-9 HTTP/1.1\r\n") && Contains("Idempotency-Key: r-1/0/7\r\n") &&
                       Contains("Authorization: Bearer s-1\r\n") && Contains("Content-Type: application/json\r\n"));
  CHECK_THAT(seen,
             Contains("{\"idempotencyKey\":\"r-1/0/7\",\"service\":\"checkout\",\"version\":\"1.2\",\"step\":\"1\"}"));
}

TEST_CASE("a request that is turned down, or that nobody takes, has failed; nothing secret is told") {
  SiteWorld world;
  Receiver receiver("503 Service Unavailable");
  const HookFact turned_down = world.fact_of(request(world, receiver.url()));
  CHECK(turned_down.outcome == HookOutcome::failed);
  CHECK_THAT(turned_down.text, Contains("POST http://127.0.0.1:") && Contains("/hooks: status 503"));
  CHECK_THAT(turned_down.text, !Contains("pass-7") && !Contains("t-9") && !Contains("s-1"));
  const HookFact nobody = world.fact_of(request(world, "http://127.0.0.1:1/hooks"));
  CHECK(nobody.outcome == HookOutcome::failed);
  CHECK_FALSE(nobody.text.empty());
}

TEST_CASE("a request that was sent and got no answer may have been carried out: that is not known") {
  SiteWorld world;
  Receiver receiver("");
  HookOrder order = request(world, receiver.url());
  order.timeout = Millis(500);
  const HookFact fact = world.fact_of(order);
  CHECK(fact.outcome == HookOutcome::unknown);
  CHECK_THAT(fact.text, Contains("no whole answer in time"));
}

TEST_CASE("a request that is not wanted any more is not waited for") {
  SiteWorld world;
  Receiver receiver("");
  const HookOrder order = request(world, receiver.url());
  world.apply({{order}});
  receiver.wait_for_request();
  const HookOrder next = world.order("checkout", 8, Ending::well);
  world.apply({{next}});
  world.wait(
      [](const HookFacts& facts) { return facts.runs.size() == 1 && facts.runs[0].fact.outcome == HookOutcome::done; });
  CHECK(world.begun(next) == 1);
}

}  // namespace depops::test

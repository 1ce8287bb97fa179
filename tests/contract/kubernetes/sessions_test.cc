#include <catch2/catch.hpp>
#include <future>

#include "tests/contract/kubernetes/fake_server.h"
#include "tests/contract/kubernetes/visitor.h"

using namespace depops;
using namespace depops::test;

TEST_CASE("a server that ends handshakes that go on is shaken hands with anew, and nobody else notices") {
  struct Again {
    ~Again() { fake_server().end_what_goes_on(false); }
  } again;
  fake_server().end_what_goes_on(true);
  Visitor agent(admin(), "depops-agent", {.request = Millis(1'500)});
  const auto key = made(agent);
  kube::Breaker breaker;
  const auto watch = agent->watch(kConfigMaps, key.space, kube::LabelSelector(""), kube::ResourceVersion("0"),
                                  Millis(60'000), breaker);
  REQUIRE(watch.ok());
  CHECK(agent->get(kConfigMaps, key).ok());
  CHECK(agent.connection().handshakes() == 2);
  CHECK(agent.connection().taken_up() == 0);
  CHECK(agent.pauses.empty());
}

TEST_CASE("a call that hangs keeps nobody else waiting") {
  const Forgiven forgiven;
  Visitor agent(admin());
  const auto key = made(agent);
  const auto other = key_in(key.space, "other");
  fake_server().will({Fault::What::silence, "GET", 0, "", "", "/other"});
  Visitor slow(admin(), "depops-agent", {.request = Millis(60'000)});
  auto hangs = std::async(std::launch::async, [&] { return slow->get(kConfigMaps, other).ok(); });
  REQUIRE(comes_true([] { return fake_server().faults("/other") == 0; }));
  CHECK(agent->get(kConfigMaps, key).ok());
  CHECK(agent.connection().handshakes() == 2);
  CHECK(hangs.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  fake_server().forgive();
  (void)hangs.get();
}

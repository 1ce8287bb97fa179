#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "shared/mqtt/mqtt_transport.h"
#include "tests/contract/transport/mosquitto.h"

namespace depops::test {
namespace {

template <typename Done>
bool wait_for(const Done& done) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

// A broker that does not answer, and one that does.
struct Two {
  Two() {
    dead.start();
    dead.kill();
    broker.start();
    settings.url = dead.url(false);
    settings.others = {broker.url(false)};
    settings.client_id = "fra-1";
    settings.ca = broker.file("infra-ca.pem");
    settings.certificate = broker.file("fra-1.pem");
    settings.key = broker.file("fra-1.key");
    settings.retry_min = Millis(10);
    settings.retry_max = Millis(50);
  }

  Mosquitto dead;
  Mosquitto broker;
  mqtt::MqttSettings settings;
};

}  // namespace

TEST_CASE("a transport walks on to the next broker when one does not answer, and when it is told to, and round again") {
  const Two two;
  std::atomic<int> up{0};
  std::atomic<int> down{0};
  mqtt::MqttTransport transport(two.settings);
  transport.start(
      {"depops/v1/fra-1/down/msg"},
      {[](const ports::Message&) {}, [&](bool connected, const std::string&) { ++(connected ? up : down); }});
  REQUIRE(wait_for([&] { return transport.connected(); }));
  transport.try_another();
  CHECK_FALSE(transport.connected());
  REQUIRE(wait_for([&] { return up == 2; }));
  CHECK(transport.connected());
  CHECK(down >= 1);
  transport.stop();
}

TEST_CASE("of two certificates that a site shows in turn each comes to each broker, whichever does not answer") {
  Two two;
  std::atomic<unsigned> asked{GENERATE(0U, 1U)};
  two.settings.identity = [&] {
    const std::string name = asked++ % 2 == 0 ? "fra-1" : "hub";  // one is not a site's
    return std::pair(two.broker.file(name + ".pem"), two.broker.file(name + ".key"));
  };
  mqtt::MqttTransport transport(two.settings);
  transport.start({}, {[](const ports::Message&) {}, [](bool, const std::string&) {}});
  CHECK(wait_for([&] { return transport.connected(); }));
  transport.stop();
}

}  // namespace depops::test

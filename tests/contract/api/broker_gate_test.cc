#include "hub/main/broker_gate.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/contract/api/join_gate.h"
#include "tests/e2e/stage/program.h"

using namespace depops;
using namespace depops::tests;
using Catch::Contains;

// The list of revoked certificates on its way to the broker. That a real broker goes by it: tests/e2e/joining.
namespace {

// What the gate says.
struct Watch {
  void handed_over(const std::string& why) {
    const std::lock_guard lock(mutex);
    newest = why;
    said = true;
  }
  bool says(const std::string& words) {
    const std::lock_guard lock(mutex);
    return said && (words.empty() ? newest.empty() : newest.find(words) != std::string::npos);
  }
  void log(const std::string& line) {
    const std::lock_guard lock(mutex);
    if (line.starts_with("event=revocations_not_handed_over")) ++complaints;
  }
  int times_complained() {
    const std::lock_guard lock(mutex);
    return complaints;
  }

  std::mutex mutex;
  std::string newest;
  bool said = false;
  int complaints = 0;
};

hub::BrokerGate::Parts parts_of(Gate& gate, Watch& watch, const std::string& pid_file) {
  return {&gate.hub.door().joining().certificates,
          gate.place("lists/sites.crl"),
          pid_file,
          {},
          [](Instant) {},
          [&watch](const std::string& why) { watch.handed_over(why); },
          [&watch](const std::string& line) { watch.log(line); },
          Millis(10)};
}

const hub::WriteRevocations kList{{{std::string(32, '4'), Instant(Millis(1'790'000'000'000))}},
                                  Instant(Millis(1'790'000'000'000)),
                                  Instant(Millis(1'792'000'000'000))};

}  // namespace

TEST_CASE("a list of revoked certificates that could not be written is owed, complained of once, and written later") {
  Gate gate;
  Watch watch;
  hub::BrokerGate broker(parts_of(gate, watch, ""));
  broker.list(kList);
  REQUIRE(wait_for([&] { return watch.says("could not be written: " + gate.place("lists/sites.crl")); }));
  std::filesystem::create_directory(gate.place("lists"));
  REQUIRE(wait_for([&] { return watch.says(""); }));
  CHECK_THAT(stage::read_file(gate.place("lists/sites.crl")), Contains("BEGIN X509 CRL"));
  CHECK(watch.times_complained() == 1);
}

TEST_CASE("a broker that could not be told is an alarm, and another program's number is not the broker's") {
  Gate gate;
  Watch watch;
  std::filesystem::create_directory(gate.place("lists"));
  stage::write_file(gate.place("broker.pid"), std::to_string(::getpid()) + "\n");  // of this test
  hub::BrokerGate broker(parts_of(gate, watch, gate.place("broker.pid")));
  broker.list(kList);
  REQUIRE(wait_for([&] { return watch.says("names no mosquitto that this user may signal; send it SIGHUP"); }));
}

TEST_CASE("the API tells alarms until they are over, each since when it began") {
  Gate gate;
  CHECK(gate.hub.read("/api/v1/hub")["alarms"].items().empty());
  gate.hub.alarms().raise("revocations-not-handed-over", "the broker was not told", Instant(Millis(1'790'000'000'000)));
  gate.hub.alarms().raise("revocations-not-handed-over", "still not told", Instant(Millis(1'790'000'600'000)));
  const json::Value hub = gate.hub.read("/api/v1/hub");
  REQUIRE(hub["alarms"].items().size() == 1);
  const json::Value& alarm = hub["alarms"].items().front();
  CHECK(alarm["name"].as_string() == "revocations-not-handed-over");
  CHECK(alarm["what"].as_string() == "still not told");
  CHECK_THAT(alarm["since"].as_string(), Contains("2026-09-21T"));
  gate.hub.alarms().clear("revocations-not-handed-over");
  CHECK(gate.hub.read("/api/v1/hub")["alarms"].items().empty());
}

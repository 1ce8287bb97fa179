#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/contract/transport/stranger.h"

// What the broker's settings that the hub writes allow somebody who has a site's key. Numbers as in the design.
namespace depops::test {
namespace {

constexpr int kDone = 0;
constexpr int kNoSubscribers = 16;
constexpr int kNotAuthorized = 135;

bool taken(int reason) { return reason == kDone || reason == kNoSubscribers; }

// fra-1's key is stolen; sin-1 is another site; the hub hears everything.
struct Theft {
  Theft() {
    broker.start();
    hub.connect();
    REQUIRE(hub.subscribe("depops/v1/#") <= 2);
  }
  Mosquitto broker;
  Stranger hub{broker, "hub", true};
  Stranger thief{broker, "fra-1"};
};

}  // namespace

TEST_CASE("A1 a site publishes on its own topics only") {
  Theft theft;
  theft.thief.connect();
  CHECK(theft.thief.publish("depops/v1/sin-1/up/ev", "as another site") == kNotAuthorized);
  CHECK(theft.thief.publish("depops/v1/sin-1/up/presence", "gone", true) == kNotAuthorized);
  CHECK(theft.thief.publish("depops/v1/fra-1/down/desired", "as the hub", true) == kNotAuthorized);
  CHECK(theft.thief.publish("depops/v1/all/hub", "offline", true) == kNotAuthorized);
  CHECK(theft.thief.publish("$CONTROL/dynamic-security/v1", "{}") == kNotAuthorized);
  CHECK(taken(theft.thief.publish("depops/v1/fra-1/up/ev", "its own")));
  CHECK(theft.hub.got_before("its own").empty());
}

TEST_CASE("A2 a site hears what is for it and nothing else, whatever it subscribes to") {
  Theft theft;
  theft.thief.connect();
  for (const char* topic : {"#", "+/+/sin-1/#", "depops/v1/sin-1/down/#", "depops/v1/+/up/#", "$share/x/depops/v1/#",
                            "$share/x/depops/v1/sin-1/down/desired", "$SYS/#"})
    theft.thief.subscribe(topic);  // granted or not: what counts is what comes
  theft.thief.subscribe("depops/v1/fra-1/down/#");
  Stranger other{theft.broker, "sin-1"};
  other.connect();
  other.subscribe("depops/v1/sin-1/down/#");
  CHECK(taken(other.publish("depops/v1/sin-1/up/ev", "secret of sin-1")));
  CHECK(taken(theft.hub.publish("depops/v1/sin-1/down/desired", "plan of sin-1", true)));
  CHECK(other.got_before("plan of sin-1").empty());
  CHECK(taken(theft.hub.publish("depops/v1/fra-1/down/msg", "for fra-1")));
  // Once for each subscription that matches, and in order: anything of sin-1 would have come before.
  for (const Letter& letter : theft.thief.got_before("for fra-1")) CHECK(letter.text == "for fra-1");
}

TEST_CASE("A3 a will on a foreign topic is never delivered; one on a topic of its own is") {
  Theft theft;
  theft.thief.connect(Letter{"depops/v1/sin-1/up/presence", "sin-1 is gone"});
  Stranger again{theft.broker, "fra-1"};  // the same name: the broker ends the first connection, and its will is due
  again.connect(Letter{"depops/v1/fra-1/up/presence", "fra-1 is gone"});
  CHECK(taken(again.publish("depops/v1/fra-1/up/ev", "after the first")));
  CHECK(theft.hub.got_before("after the first").empty());
  Stranger third{theft.broker, "fra-1"};
  third.connect();
  CHECK(taken(third.publish("depops/v1/fra-1/up/ev", "after the second")));
  const auto got = theft.hub.got_before("after the second");
  CHECK(std::count(got.begin(), got.end(), Letter{"depops/v1/fra-1/up/presence", "fra-1 is gone"}) == 1);
}

TEST_CASE("A1 a site's certificate opens no door of the hub's") {
  Theft theft;
  Stranger thief{theft.broker, "fra-1", true};
  CHECK_THROWS(thief.connect());
}

}  // namespace depops::test

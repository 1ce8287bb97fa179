#include "shared/mqtt/link.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::mqtt;
using Task = Link::Task;

namespace {

MqttSettings quick() {
  MqttSettings settings;
  settings.retry_min = Millis(1);
  settings.retry_max = Millis(1);
  return settings;
}

void go_online(Link& link) {
  REQUIRE(link.next_task() == Task::connect);
  REQUIRE(link.on_connected(link.connection()));
  REQUIRE(link.next_task() == Task::subscribe);
  REQUIRE(link.on_subscribed(link.connection()));
}

}  // namespace

TEST_CASE("A loss is news once, and what was queued is gone with the connection") {
  Link link(quick());
  go_online(link);
  REQUIRE(link.push({"topic", "text", false, 1}).ok());
  CHECK(link.on_lost());
  CHECK_FALSE(link.on_lost());
  CHECK_FALSE(link.online());
  CHECK(link.push({"topic", "text", false, 1}).error().code == Errc::unavailable);
  go_online(link);
  CHECK(link.next_message().topic.empty());
}

TEST_CASE("What comes late from a connection before starts no second attempt beside the one under way") {
  Link link(quick());
  go_online(link);
  const std::uint64_t before = link.connection();
  REQUIRE(link.on_lost());
  REQUIRE(link.next_task() == Task::connect);
  const std::uint64_t attempt = link.connection();
  CHECK_FALSE(link.on_lost());                  // the library tells of the loss again
  CHECK_FALSE(link.on_not_subscribed(before));  // a subscription that died with the connection
  CHECK_FALSE(link.on_subscribed(before));
  CHECK(link.connection() == attempt);
  REQUIRE(link.on_connected(link.connection()));  // so the attempt still counts
  CHECK_FALSE(link.on_not_subscribed(before));
  CHECK_FALSE(link.on_subscribed(before));
  CHECK(link.next_task() == Task::subscribe);
  CHECK(link.on_subscribed(attempt));
}

TEST_CASE("An attempt that fails is followed by another one, with the same client") {
  Link link(quick());
  REQUIRE(link.next_task() == Task::connect);
  CHECK(link.on_refused(link.connection()));
  CHECK_FALSE(link.on_refused(link.connection()));
  REQUIRE(link.next_task() == Task::connect);
  REQUIRE(link.on_connected(link.connection()));
  CHECK_FALSE(link.on_refused(link.connection()));  // too late: it is connected
  CHECK(link.next_task() == Task::subscribe);
  CHECK_FALSE(link.on_not_subscribed(link.connection()));  // told once while it is away
  CHECK(link.next_task() == Task::connect);
}

TEST_CASE("F39 An attempt is waited for longer after each failure, as a broker with many to serve answers all late") {
  using std::chrono::seconds;
  Link link(quick());
  CHECK(link.patience() == seconds(10));
  for (const int expected : {20, 40, 40}) {
    REQUIRE(link.next_task() == Task::connect);
    link.on_refused(link.connection());
    CHECK(link.patience() == seconds(expected));
  }
  go_online(link);
  CHECK(link.patience() == seconds(10));
}

TEST_CASE("What becomes of an attempt of a client that was put away says nothing about the attempt under way") {
  Link link(quick());
  REQUIRE(link.next_task() == Task::connect);
  const std::uint64_t before = link.connection();
  REQUIRE(link.on_refused(before));
  REQUIRE(link.next_task() == Task::connect);
  CHECK_FALSE(link.on_refused(before));
  CHECK_FALSE(link.on_connected(before));
  CHECK(link.on_connected(link.connection()));
}

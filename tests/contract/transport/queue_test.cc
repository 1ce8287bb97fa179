#include <catch2/catch.hpp>
#include <thread>

#include "hub/broker/configuration.h"
#include "shared/mqtt/backoff.h"
#include "shared/mqtt/bounded_queue.h"

namespace depops::mqtt {

TEST_CASE("a full queue drops and counts, and never waits") {
  BoundedQueue<int> queue(3, 100);
  REQUIRE(queue.push(1, 40));
  REQUIRE(queue.push(2, 40));
  REQUIRE_FALSE(queue.push(3, 40));  // bytes
  REQUIRE(queue.push(4, 10));
  REQUIRE_FALSE(queue.push(5, 1));  // items
  REQUIRE(queue.dropped() == 2);
  REQUIRE(queue.room_bytes() == 10);
  REQUIRE(queue.take(2, std::chrono::milliseconds(0)) == std::vector<int>{1, 2});
  REQUIRE(queue.push(6, 50));
  REQUIRE(queue.take(10, std::chrono::milliseconds(0)) == std::vector<int>{4, 6});
  queue.close();
  REQUIRE_FALSE(queue.push(7, 1));
  REQUIRE(queue.take(10, std::chrono::hours(1)).empty());
}

TEST_CASE("what one thread pushes another takes in order") {
  BoundedQueue<int> queue(100'000, 1 << 20);
  std::thread writer([&] {
    for (int i = 0; i < 10'000; ++i) queue.push(i, 1);
  });
  std::vector<int> all;
  while (all.size() < 10'000) {
    for (const int item : queue.take(256, std::chrono::seconds(30))) all.push_back(item);
  }
  writer.join();
  for (int i = 0; i < 10'000; ++i) REQUIRE(all[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("the wait grows to its bound, spread, and starts small again") {
  Backoff backoff(Millis(100), Millis(30'000));
  Millis longest{0};
  for (int i = 0; i < 200; ++i) {
    const Millis wait = backoff.next();
    REQUIRE(wait >= Millis(100));
    REQUIRE(wait <= Millis(30'000));
    longest = std::max(longest, wait);
  }
  REQUIRE(longest > Millis(10'000));
  backoff.reset();
  REQUIRE(backoff.next() <= Millis(100));
}

TEST_CASE("a broker setting cannot bring a line of its own") {
  hub::BrokerSettings settings;
  settings.directory = "/tmp/x\nallow_anonymous true";
  REQUIRE(hub::write_broker_configuration(settings).error().code == Errc::invalid);
  settings.directory = "/nonexistent/depops/broker";
  REQUIRE_FALSE(hub::write_broker_configuration(settings).ok());
}

}  // namespace depops::mqtt

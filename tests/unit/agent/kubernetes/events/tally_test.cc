#include "agent/kubernetes/events/tally.h"

#include <catch2/catch.hpp>

using namespace depops;
using namespace depops::agent::kubernetes;

namespace {

Moment at_second(std::int64_t second) {
  return {Instant(std::chrono::seconds(second)), std::chrono::seconds(second), BootId("boot")};
}

Announcement saying(const std::string& note) {
  return {ServiceName("checkout"), SetId("checkout-2"), false, "RolloutPaused", note};
}

bool writes(Tally& tally, const std::string& note, std::int64_t second) {
  const EventStep step = tally.step(saying(note), at_second(second));
  if (std::holds_alternative<WriteNew>(step)) tally.wrote(saying(note), ObjectName("e-" + note), at_second(second));
  return !std::holds_alternative<Leave>(step);
}

}  // namespace

TEST_CASE("what is said again within ten minutes is counted up, later it is news") {
  Tally tally;
  CHECK(std::holds_alternative<WriteNew>(tally.step(saying("drift"), at_second(0))));
  tally.wrote(saying("drift"), ObjectName("e-1"), at_second(0));
  for (std::uint32_t count = 2; count < 5; ++count) {
    const EventStep step = tally.step(saying("drift"), at_second((count - 1) * 500));
    REQUIRE(std::holds_alternative<CountUp>(step));
    CHECK(std::get<CountUp>(step).event == ObjectName("e-1"));
    CHECK(std::get<CountUp>(step).count == count);
  }
  CHECK(std::holds_alternative<WriteNew>(tally.step(saying("user"), at_second(2'001))));
  CHECK(std::holds_alternative<WriteNew>(tally.step(saying("drift"), at_second(2'600))));
}

TEST_CASE("an event that the server forgot is written anew") {
  Tally tally;
  CHECK(writes(tally, "drift", 0));
  tally.lost(ObjectName("e-drift"));
  CHECK(std::holds_alternative<WriteNew>(tally.step(saying("drift"), at_second(1))));
}

TEST_CASE("ten are written at once and then one in thirty seconds, whatever happens") {
  Tally tally;
  int written = 0;
  for (int i = 0; i < 1'000; ++i) written += writes(tally, std::to_string(i), 0) ? 1 : 0;
  CHECK(written == 10);
  CHECK(tally.left_out() == 990);
  for (int second = 1; second <= 3'000; ++second) written += writes(tally, "and " + std::to_string(second), second);
  CHECK(written == 10 + 100);
}

TEST_CASE("after a quiet time there are ten again and not more") {
  Tally tally;
  for (int i = 0; i < 10; ++i) CHECK(writes(tally, std::to_string(i), 0));
  CHECK_FALSE(writes(tally, "one more", 1));
  int written = 0;
  for (int minute = 1; minute < 60; ++minute) (void)writes(tally, "same", minute * 60);
  for (int i = 0; i < 100; ++i) written += writes(tally, "x" + std::to_string(i), 3'600) ? 1 : 0;
  CHECK(written <= 10);
  CHECK(written > 0);
}

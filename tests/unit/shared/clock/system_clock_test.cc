#include "shared/clock/system_clock.h"

#include <catch2/catch.hpp>

namespace depops::clock {

TEST_CASE("the clock gives wall time, time since boot and which boot") {
  const SystemClock one;
  const SystemClock other;
  const Moment first = one.now();
  const Moment second = other.now();
  CHECK(first.wall > Instant(std::chrono::hours(24 * 365 * 50)));
  CHECK(first.boottime > Millis(0));
  CHECK(second.boottime >= first.boottime);
  CHECK_FALSE(first.boot.empty());
  CHECK(first.boot == second.boot);
}

}  // namespace depops::clock

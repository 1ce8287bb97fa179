#include "shared/base/moment.h"

#include <catch2/catch.hpp>

namespace depops {
namespace {

using namespace std::chrono_literals;

Moment at(Millis wall, Millis boottime, const char* boot) { return {Instant(wall), boottime, BootId(boot)}; }

}  // namespace

TEST_CASE("I22 within one boot a jump of the wall clock neither shortens nor lengthens a soak") {
  const Stamp start = Stamp::of(at(1000s, 50s, "b1"));
  CHECK(elapsed(start, at(1000s + 24h, 60s, "b1"), 1h) == 10s);
  CHECK(elapsed(start, at(1000s - 24h, 60s, "b1"), 1h) == 10s);
}

TEST_CASE("over a reboot the wall clock counts, clamped to the limit") {
  const Stamp start = Stamp::of(at(1000s, 50s, "b1"));
  CHECK(elapsed(start, at(1020s, 1s, "b2"), 1h) == 20s);
  CHECK(elapsed(start, at(900s, 1s, "b2"), 1h) == 0s);
  CHECK(elapsed(start, at(1000s + 24h, 1s, "b2"), 1h) == 1h);
}

TEST_CASE("what never was is over, and else the whole wait counts") {
  const Moment now = at(1010s, 60s, "b1");
  CHECK(is_over(1h, std::nullopt, now));
  CHECK(is_over(10s, Stamp::of(at(1000s, 50s, "b1")), now));
  CHECK_FALSE(is_over(10s + 1ms, Stamp::of(at(1000s, 50s, "b1")), now));
}

}  // namespace depops

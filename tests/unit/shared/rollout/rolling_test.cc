#include "shared/rollout/rolling.h"

#include <rapidcheck.h>
#include <algorithm>
#include <catch2/catch.hpp>

namespace depops::rollout {

TEST_CASE("surge rounds up, unavailable rounds down, and both zero becomes one unavailable") {
  const auto percent = [](std::uint32_t value) { return CountOrPercent{value, true}; };
  CHECK(bounds_of(percent(39), percent(39), 10).surge == 4);
  CHECK(bounds_of(percent(39), percent(39), 10).unavailable == 3);
  CHECK(bounds_of(percent(0), percent(0), 10).unavailable == 1);
  CHECK(bounds_of({0, false}, {0, false}, 10).surge == 0);
  CHECK(bounds_of({0, false}, {50, false}, 10).unavailable == 10);
}

TEST_CASE("the new set grows into the surge and never above N") {
  // N, surge, new, old -> next new, as Kubernetes' own rows have it
  CHECK(next_new(10, {0, 1}, 0, 10) == 0);
  CHECK(next_new(10, {2, 0}, 0, 10) == 2);
  CHECK(next_new(10, {2, 0}, 0, 5) == 7);
  CHECK(next_new(10, {2, 0}, 2, 10) == 2);
  CHECK(next_new(10, {2, 0}, 11, 2) == 10);
  CHECK(next_new(6, {10, 0}, 2, 5) == 6);
}

TEST_CASE("the old set gives up what is spare, unavailable instances first") {
  // N 10, unavailable, old spec/available, new spec/available -> next old
  CHECK(next_old(10, {0, 1}, {0, 0}, {10, 10}) == 9);
  CHECK(next_old(10, {0, 2}, {0, 0}, {10, 10}) == 8);
  CHECK(next_old(10, {0, 2}, {0, 0}, {10, 8}) == 8);
  CHECK(next_old(10, {0, 2}, {0, 0}, {10, 9}) == 8);
  CHECK(next_old(10, {0, 2}, {2, 0}, {8, 8}) == 8);
}

TEST_CASE("any schedule of a rolling update keeps N - unavailable, stays within N + surge and ends") {
  rc::check([] {
    const auto n = *rc::gen::inRange<std::uint32_t>(1, 30);
    const CountOrPercent surge{*rc::gen::inRange<std::uint32_t>(0, 5), false};
    const CountOrPercent down{*rc::gen::inRange<std::uint32_t>(0, 5), false};
    const Bounds bounds = bounds_of(surge, down, n);
    Side fresh{0, 0};
    Side old{n, n};
    for (int turn = 0; turn < 400 && !(fresh.available == n && old.spec == 0); ++turn) {
      fresh.spec = next_new(n, bounds, fresh.spec, old.spec);
      RC_ASSERT(fresh.spec + old.spec <= n + bounds.surge);
      old.spec = next_old(n, bounds, fresh, old);
      old.available = std::min(old.available, old.spec);
      RC_ASSERT(fresh.available + old.available + bounds.unavailable >= n);
      if (fresh.available < fresh.spec && *rc::gen::arbitrary<bool>()) ++fresh.available;
      if (turn > 200) fresh.available = fresh.spec;
    }
    RC_ASSERT(fresh.available == n);
    RC_ASSERT(old.spec == 0U);
  });
}

TEST_CASE("a share is 0 or 100 only when one side has nothing") {
  CHECK(share_of(0, 3) == 0);
  CHECK(share_of(3, 0) == 100);
  CHECK(share_of(1, 3) == 25);
  CHECK(share_of(1, 999) == 1);
  CHECK(share_of(999, 1) == 99);
  CHECK(instances_for(1, 4) == 1);
  CHECK(instances_for(25, 10) == 3);
  CHECK(instances_for(100, 4) == 4);
  CHECK(instances_for(0, 4) == 0);
}

}  // namespace depops::rollout

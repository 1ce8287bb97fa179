#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/weighed_site.h"

// An analysis that follows a weight counts from the reading at which that weight was read back.
namespace depops::rollout {

using namespace std::chrono_literals;

TEST_CASE("the first window of an analysis holds the requests by which its weight was verified") {
  WeighedSite site;
  const auto read_back = site.read(weighing(), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 1);
  REQUIRE(verified.next->phase == Phase::analyzing);
  CHECK(judged(verified) == nullptr);
  const auto early = site.read(verified.next, 2'400ms, 1'340, 38, 3);
  CHECK(judged(early) == nullptr);
  const Decision first = site.read(verified.next, 2'500ms, 1'360, 40, 4);
  REQUIRE(judged(first) != nullptr);
  const analysis::Window& window = judged(first)->measurement.window;
  CHECK(window.from == at(500ms).wall);
  CHECK(window.to == at(2'500ms).wall);
  CHECK(window.canary.requests == 40);
  CHECK(window.canary.errors == 4);
  CHECK(window.stable.requests == 360);
}

TEST_CASE("a metric with an initial delay opens its first window only after it") {
  WeighedSite site;
  const auto read_back = site.read(weighing(1'000ms), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 1);
  REQUIRE(verified.next->phase == Phase::analyzing);
  const auto opened = site.read(verified.next, 2'600ms, 1'360, 42, 1);
  CHECK(judged(opened) == nullptr);
  const Decision first = site.read(opened.next, 4'600ms, 1'720, 82, 1);
  REQUIRE(judged(first) != nullptr);
  CHECK(judged(first)->measurement.window.from == at(2'600ms).wall);
}

TEST_CASE("a broken count between read-back and verification starts the first window anew") {
  WeighedSite site;
  const auto read_back = site.read(weighing(), 500ms, 1'000, 0, 0);
  // The router restarted: its counters begin again, so what was counted in between is lost.
  const auto restarted = site.read(read_back.next, 1'000ms, 10, 0, 0);
  const auto verified = site.read(restarted.next, 2'200ms, 200, 20, 1);
  REQUIRE(verified.next->phase == Phase::analyzing);
  const Decision first = site.read(verified.next, 3'000ms, 340, 36, 1);
  REQUIRE(judged(first) != nullptr);
  CHECK(judged(first)->measurement.window.from == at(1'000ms).wall);
}

}  // namespace depops::rollout

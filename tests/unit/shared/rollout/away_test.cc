#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/weighed_site.h"

// An analysis whose agent was away, or was held up, for a part of it.
namespace depops::rollout {

using namespace std::chrono_literals;

TEST_CASE("an agent that was away until the step's duration was over judges a window before it concludes") {
  WeighedSite site;
  const auto read_back = site.read(weighing(), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 1);
  REQUIRE(verified.next->phase == Phase::analyzing);
  WeighedSite restarted;
  const Decision blind = restarted.look_without_router(verified.next, 20'000ms);
  CHECK(judged(blind) == nullptr);
  const auto record = blind.next != nullptr ? blind.next : verified.next;
  REQUIRE(record->phase == Phase::analyzing);
  REQUIRE(record->pauses.empty());
  const Decision first = restarted.read(record, 20'200ms, 4'500, 390, 1);
  REQUIRE(judged(first) != nullptr);
  CHECK(judged(first)->measurement.window.canary.requests == 390);
  REQUIRE(first.next != nullptr);
  CHECK(first.next->pauses.empty());
  CHECK(first.next->phase != Phase::analyzing);
}

TEST_CASE("a reading that a slow start held up costs the step its time, not its verdict") {
  WeighedSite site;
  const auto read_back = site.read(weighing(), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 1);
  REQUIRE(verified.next->phase == Phase::analyzing);
  WeighedSite restarted;
  const Decision blind = restarted.look_without_router(verified.next, 8'000ms);
  const auto away = blind.next != nullptr ? blind.next : verified.next;
  const Decision late = restarted.look_without_router(away, 13'000ms);  // the step is over, its only window an error
  REQUIRE(judged(late) != nullptr);
  CHECK(judged(late)->measurement.outcome == analysis::Outcome::error);
  REQUIRE(late.next->phase == Phase::analyzing);
  REQUIRE(late.next->pauses.empty());
  const Decision opened = restarted.read(late.next, 13'200ms, 3'000, 200, 1);
  const Decision passed = restarted.read(opened.next != nullptr ? opened.next : late.next, 15'300ms, 4'800, 400, 1);
  REQUIRE(passed.next != nullptr);
  CHECK(passed.next->pauses.empty());
  CHECK(passed.next->phase != Phase::analyzing);
}

TEST_CASE("an agent that was away for longer than the step watches it for as long as the step says") {
  WeighedSite site;
  const auto read_back = site.read(weighing(1'000ms), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 1);
  REQUIRE(verified.next->phase == Phase::analyzing);
  WeighedSite restarted;
  const auto back = restarted.read(verified.next, 30'000ms, 4'500, 390, 1);
  REQUIRE(back.next != nullptr);
  const auto opened = restarted.read(back.next, 31'000ms, 4'500, 390, 1);  // the initial delay counts from there too
  const Decision few = restarted.read(opened.next, 33'000ms, 4'570, 398, 1);
  REQUIRE(judged(few) != nullptr);
  REQUIRE(few.next->phase == Phase::analyzing);
  CHECK(few.next->pauses.empty());
  const Decision enough = restarted.read(few.next, 39'900ms, 6'000, 600, 1);
  REQUIRE(judged(enough) != nullptr);
  CHECK(enough.next->phase == Phase::analyzing);
  const Decision passed = restarted.read(enough.next, 42'000ms, 6'200, 620, 1);
  REQUIRE(passed.next != nullptr);
  CHECK(passed.next->pauses.empty());
  CHECK(passed.next->phase != Phase::analyzing);
}

TEST_CASE("an agent that came back just before the step's end, in which too few requests came, watches on") {
  WeighedSite site;
  const auto read_back = site.read(weighing(1'000ms), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 1);
  WeighedSite restarted;
  const auto back = restarted.read(verified.next, 9'000ms, 4'490, 389, 0);
  const auto opened = restarted.read(back.next, 10'000ms, 4'500, 390, 0);
  const Decision few = restarted.read(opened.next, 12'000ms, 4'600, 398, 0);
  REQUIRE(judged(few) != nullptr);
  CHECK(judged(few)->measurement.outcome == analysis::Outcome::pass);
  REQUIRE(few.next->phase == Phase::analyzing);
  CHECK(few.next->pauses.empty());
}

TEST_CASE("an agent that came back and sees too few requests for a whole step says so") {
  WeighedSite site;
  const auto read_back = site.read(weighing(1'000ms), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 1);
  WeighedSite restarted;
  auto record = restarted.read(verified.next, 30'000ms, 4'500, 390, 1).next;
  for (Millis after = 32'000ms; after <= 40'000ms; after += 2'000ms) {
    const std::uint64_t more = static_cast<std::uint64_t>((after - 30'000ms).count() / 1'000);
    const Decision next = restarted.read(record, after, 4'500 + more, 390 + more / 2, 1);
    if (next.next != nullptr) record = next.next;
    CHECK(record->pauses.empty() == (after < 40'000ms));
  }
}

TEST_CASE("an agent that died before it read anything does not let a bad version pass by the one window that is left") {
  WeighedSite site;
  const auto read_back = site.read(weighing(1'000ms), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 8);
  REQUIRE(verified.next->phase == Phase::analyzing);
  WeighedSite restarted;
  const auto back = restarted.read(verified.next, 9'000ms, 4'490, 299, 119);
  const auto opened = restarted.read(back.next, 10'000ms, 4'500, 300, 120);
  const Decision lucky = restarted.read(opened.next, 12'100ms, 4'900, 410, 121);
  REQUIRE(judged(lucky) != nullptr);
  CHECK(judged(lucky)->measurement.outcome == analysis::Outcome::pass);
  REQUIRE(lucky.next->phase == Phase::analyzing);
  const Decision found = restarted.read(lucky.next, 14'200ms, 5'300, 450, 141);
  REQUIRE(judged(found) != nullptr);
  CHECK(judged(found)->measurement.outcome == analysis::Outcome::fail);
  CHECK(found.next->state == State::rolling_back);
}

TEST_CASE("the duration counts from the first reading after a return, not from a start that the disk held up") {
  WeighedSite site;
  const auto read_back = site.read(weighing(1'000ms), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 1);
  REQUIRE(verified.next->phase == Phase::analyzing);
  WeighedSite restarted;
  const Decision blind = restarted.look_without_router(verified.next, 5'000ms);
  auto record = blind.next != nullptr ? blind.next : verified.next;
  for (Millis after = 5'500ms; after < 9'000ms; after += 500ms)
    REQUIRE(restarted.look_without_router(record, after).next == nullptr);  // nothing is committed meanwhile
  record = restarted.read(record, 9'000ms, 4'490, 389, 0).next;
  REQUIRE(record != nullptr);
  CHECK(record->analysis->started == Stamp::of(at(9'000ms)));
  for (Millis after = 10'000ms; after <= 16'000ms; after += 2'000ms) {
    const auto some = static_cast<std::uint64_t>(after.count() / 1'000);
    record = restarted.read(record, after, 4'500 + 20 * some, 390 + some, 0).next;  // two requests a window
    REQUIRE(record != nullptr);
    CHECK(record->phase == Phase::analyzing);
    CHECK(record->pauses.empty());
  }
  const Decision passed = restarted.read(record, 19'000ms, 8'000, 700, 0);
  REQUIRE(passed.next != nullptr);
  CHECK(passed.next->pauses.empty());
  CHECK(passed.next->phase != Phase::analyzing);
}

TEST_CASE("a step whose end passed while nobody looked does not pass before its last window was read") {
  WeighedSite site;
  const auto read_back = site.read(weighing(), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 0);
  const Decision good = site.read(verified.next, 2'500ms, 2'800, 200, 0);  // enough of them for the step to pass
  REQUIRE(judged(good)->measurement.outcome == analysis::Outcome::pass);
  WeighedSite restarted;
  const Decision blind = restarted.look_without_router(good.next, 60'000ms);
  const auto away = blind.next != nullptr ? blind.next : good.next;
  REQUIRE(away->phase == Phase::analyzing);
  CHECK(away->pauses.empty());
  const Decision found = restarted.read(away, 60'300ms, 11'000, 1'100, 300);
  REQUIRE(judged(found) != nullptr);
  CHECK(judged(found)->measurement.outcome == analysis::Outcome::fail);
  CHECK(found.next->state == State::rolling_back);
}

TEST_CASE("an agent that was held up until the step's end reads once more before it has seen too little") {
  WeighedSite site;
  const auto read_back = site.read(weighing(1'000ms), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 0);
  const auto opened = site.read(verified.next, 2'500ms, 1'360, 40, 0);
  const Decision few = site.read(opened.next, 5'000ms, 1'400, 44, 0);
  REQUIRE(judged(few) != nullptr);
  const Decision late = site.look_without_router(few.next, 11'600ms);
  const auto held_up = late.next != nullptr ? late.next : few.next;
  REQUIRE(held_up->phase == Phase::analyzing);
  CHECK(held_up->pauses.empty());
  const Decision passed = site.read(held_up, 11'800ms, 3'000, 230, 0);
  REQUIRE(passed.next != nullptr);
  CHECK(passed.next->pauses.empty());
  CHECK(passed.next->phase != Phase::analyzing);
}

TEST_CASE("a router that does not answer any more does not keep a step for ever") {
  WeighedSite site;
  const auto read_back = site.read(weighing(), 500ms, 1'000, 0, 0);
  const auto verified = site.read(read_back.next, 1'500ms, 1'180, 20, 0);
  auto record = site.read(verified.next, 4'000ms, 2'000, 200, 0).next;
  for (Millis after = 4'500ms; after < 11'000ms; after += 500ms) {
    const Decision next = site.look_without_router(record, after);
    if (next.next != nullptr) record = next.next;
    CHECK(record->phase == Phase::analyzing);
  }
  const Decision late = site.look_without_router(record, 11'600ms);  // 2 s and the 5 s that a reading may be late
  REQUIRE(late.next != nullptr);
  CHECK(late.next->pauses.empty());
  CHECK(late.next->phase != Phase::analyzing);
}

}  // namespace depops::rollout

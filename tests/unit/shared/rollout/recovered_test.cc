#include <catch2/catch.hpp>
#include <memory>

#include "shared/rollout/machine.h"

namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

Moment at(Millis wall, Millis boottime, const char* boot) {
  return {Instant(1'800'000'000s) + wall, boottime, BootId(boot)};
}

std::shared_ptr<Record> rolling_since(const Moment& since) {
  auto plan = std::make_shared<Plan>();
  plan->service = ServiceName("checkout");
  plan->target.set = SetId("checkout-2");
  plan->target.workload.replicas = 2;
  plan->strategy = Rolling{};
  plan->step_timeout = 20s;
  auto stable = std::make_shared<VersionSnapshot>();
  stable->set = SetId("checkout-1");
  stable->workload.replicas = 2;
  auto record = std::make_shared<Record>();
  record->service = plan->service;
  record->stable = stable;
  record->stable_replicas = 2;
  record->plan = plan;
  record->rollout = RolloutId("r-1");
  record->state = State::running;
  record->phase = Phase::rolling;
  record->entered = record->progress.at = Stamp::of(since);
  return record;
}

}  // namespace

TEST_CASE("a wall clock that was set back before a reboot does not put off a deadline by a day") {
  const auto record = rolling_since(at(24h, 100s, "one"));
  Watch watch;
  const View view;
  const Decision found = step(record, Recovered{}, view, watch, at(1s, 1s, "two"));
  REQUIRE(found.next != nullptr);
  CHECK(found.next->progress.at == Stamp::of(at(1s, 1s, "two")));
  const Decision late = step(found.next, Observed{}, view, watch, at(22s, 22s, "two"));
  REQUIRE(late.next != nullptr);
  CHECK(late.next->state == State::rolled_back);
}

TEST_CASE("a wall clock that is set back after a reboot does not either, and what passed before the reboot counts") {
  const auto record = rolling_since(at(24h, 100s, "one"));
  Watch watch;
  const Decision found = step(record, Recovered{}, View{}, watch, at(24h + 15s, 1s, "two"));
  REQUIRE(found.next != nullptr);
  CHECK(step(found.next, Observed{}, View{}, watch, at(1s, 5s, "two")).next->state == State::running);
  CHECK(step(found.next, Observed{}, View{}, watch, at(1s, 6s, "two")).next->state == State::rolled_back);
}

TEST_CASE("a restart within the same boot leaves the record as it is") {
  const auto record = rolling_since(at(24h, 100s, "one"));
  Watch watch;
  CHECK(step(record, Recovered{}, View{}, watch, at(1s, 105s, "one")).next == nullptr);
}

}  // namespace depops::rollout

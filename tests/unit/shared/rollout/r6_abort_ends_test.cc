#include <catch2/catch.hpp>

#include <set>

#include "tests/unit/shared/rollout/slow_rig.h"

// r6-6: two waits of an abort that wait for each other. Every combination of options is tried from every place.
namespace depops::rollout::r6_abort_ends {
namespace {

using namespace std::chrono_literals;

struct Options {
  Way way;
  Millis drain{0};
  Millis bake{0};
  OnFailure on_failure = OnFailure::rollback;
  std::uint32_t in_flight = 0;  // requests that never end
};

std::vector<Options> all_options() {
  std::vector<Options> all;
  for (const Way& way : ways())
    for (const Millis drain : {0ms, 1'000ms, 30'000ms})
      for (const Millis bake : {0ms, 5'000ms})
        for (const OnFailure on_failure : {OnFailure::rollback, OnFailure::hold, OnFailure::ask})
          for (const std::uint32_t in_flight : {0U, 3U}) all.push_back({way, drain, bake, on_failure, in_flight});
  return all;
}

SlowRig begun(const Options& options) {
  SlowRig rig;
  auto plan = plan_by(options.way, "2", options.drain);
  plan->bake = options.bake;
  plan->on_failure = options.on_failure;
  plan->keep_warm = options.bake;
  rig.seen = [in_flight = options.in_flight](View& view) { view.target.in_flight = view.stable.in_flight = in_flight; };
  rig.submit(plan);
  return rig;
}

std::string words_for(const Options& options, Phase phase) {
  return options.way.name + ", drain " + std::to_string(options.drain.count()) + " ms, bake " +
         std::to_string(options.bake.count()) + " ms, on failure " +
         std::to_string(static_cast<int>(options.on_failure)) + ", in flight " + std::to_string(options.in_flight) +
         ", in phase " + name_of(phase);
}

// Back, or forward to the end where it was too late; within the drain time and what instances take to come.
void ends_well(SlowRig rig, bool too_late, const std::string& where) {
  INFO(where);
  const std::uint64_t orders = rig.record->last_intent;
  const Moment began = rig.now;
  REQUIRE(rig.turn_until([&] { return rig.ended(); }, 2'000, 1'000ms));
  CHECK(rig.now.boottime - began.boottime <= 120'000ms);
  CHECK(rig.record->last_intent - orders <= 60);
  CHECK(rig.stable() == (too_late ? "1.2" : "1.1"));
  CHECK(rig.record->stable_replicas == 10);
}

template <typename Do>
void at_every_place(const Options& options, const Do& act) {
  std::set<std::pair<Phase, std::uint32_t>> seen;
  for (SlowRig rig = begun(options); !rig.ended(); rig.turn(1'000ms)) {
    if (!seen.insert({rig.record->phase, rig.record->step}).second) continue;
    act(rig, words_for(options, rig.record->phase));
  }
  REQUIRE(seen.size() >= 3);
}

// Until the machine goes back, or holds and a person makes it.
void until_it_goes_back(SlowRig& rig) {
  const auto held = [&] { return rig.record->detected_at && rig.record->phase != Phase::aborting; };
  REQUIRE(rig.turn_until([&] { return rig.ended() || rig.record->detected_at; }, 2'000, 1'000ms));
  if (!rig.ended() && held()) REQUIRE(rig.give(Verb::abort).accepted);
}

}  // namespace

TEST_CASE("r6-6 an abort by a person ends from every place with every combination of options") {
  for (const Options& options : all_options()) {
    at_every_place(options, [](SlowRig rig, const std::string& where) {
      const bool accepted = rig.give(Verb::abort).accepted;
      ends_well(std::move(rig), !accepted, where);
    });
  }
}

TEST_CASE("r6-6 a version that dies is left from every place with every combination of options") {
  for (const Options& options : all_options()) {
    at_every_place(options, [](SlowRig rig, const std::string& where) {
      if (rig.record->phase == Phase::draining) return;  // too late where the old one has given up instances
      rig.dead.insert(kNewSet);
      rig.error_permille[kNewSet] = 900;
      until_it_goes_back(rig);
      ends_well(std::move(rig), false, where);
    });
  }
}

}  // namespace depops::rollout::r6_abort_ends

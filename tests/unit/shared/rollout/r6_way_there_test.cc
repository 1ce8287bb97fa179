#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/slow_rig.h"

// What hurt users of other engines on the way forward, each as a requirement (table in README.md).
namespace depops::rollout::r6_way_there {
namespace {

using namespace std::chrono_literals;

bool same_orders(const Record& one, const Record& other) {
  return one.last_intent == other.last_intent && one.order == other.order &&
         one.target_replicas == other.target_replicas && one.stable_replicas == other.stable_replicas &&
         one.weight.percent == other.weight.percent;
}

// A hundred looks without an event change no order.
void stays_quiet(SlowRig& rig, const std::string& where) {
  INFO(where);
  const auto before = rig.record;
  for (int i = 0; i < 100; ++i) rig.turn();
  CHECK(same_orders(*rig.record, *before));
  CHECK(rig.record->phase == before->phase);
}

}  // namespace

TEST_CASE("r6-8 requests are given to the new version only when the router itself has its instances") {
  SlowRig rig;
  rig.submit(plan_by(ways()[2], "2"));
  rig.seen = [](View& view) { view.target.routable = 0; };
  for (int i = 0; i < 100; ++i) rig.turn();
  CHECK(rig.record->phase == Phase::scaling);
  CHECK(rig.available(kNewSet) == 3);
  CHECK(rig.weights.empty());
  rig.seen = nullptr;
  rig.turn();
  CHECK(rig.weights == std::vector<std::uint32_t>{25});
}

TEST_CASE("r6-8 while the router is away instances that run count for none that it has, at any weight") {
  const std::uint32_t first = GENERATE(25U, 100U);
  SlowRig rig;
  Way way = ways()[2];
  if (first == 100) way.strategy = Canary{};
  rig.submit(plan_by(way, "2"));
  rig.seen = [](View& view) {
    view.router = false;
    view.counters = nullptr;
  };
  for (int i = 0; i < 100; ++i) rig.turn();
  CHECK(rig.available(kNewSet) >= 3);
  CHECK(rig.weights.empty());
  rig.seen = nullptr;
  rig.turn();
  CHECK(rig.weights == std::vector<std::uint32_t>{first});
}

TEST_CASE("r6-9 the old version keeps its instances until its requests are over or had their time") {
  SlowRig rig;
  rig.submit(plan_by({"", Canary{{SetWeight{50}}, false, {}}}, "2"));
  rig.seen = [](View& view) {
    view.stable.in_flight = 3;
    view.target_share = std::min(view.target_share, 99U);  // the router lags
  };
  REQUIRE(rig.turn_until([&] { return rig.record->weight.percent == 100; }));
  for (int i = 0; i < 100; ++i) rig.turn();
  CHECK(rig.record->phase == Phase::promoting);
  CHECK(rig.record->stable_replicas == 10);
  rig.seen = [](View& view) { view.stable.in_flight = 3; };
  REQUIRE(rig.turn_until([&] { return rig.record->phase == Phase::draining; }));
  const Moment began = rig.now;
  REQUIRE(rig.turn_until([&] { return rig.record->stable_replicas == 0 || rig.ended(); }));
  CHECK(rig.now.boottime - began.boottime >= 1'000ms);  // the drain time of the version that is left
}

TEST_CASE("r6-11 a first deployment has no request before every instance can take it") {
  for (const Way& way : ways()) {
    INFO(way.name);
    SlowRig rig(false);
    rig.submit(plan_by(way, "1"));
    while (!rig.ended()) {
      rig.turn();
      if (rig.record->weight.percent > 0) CHECK(rig.available(kOldSet) == 10);
    }
    CHECK(rig.weights.front() == 100);
    CHECK(rig.stable() == "1.1");
  }
}

TEST_CASE("r6-12 an analysis counts nothing before the router leads the ordered share to the new version") {
  SlowRig rig;
  auto plan = plan_by(ways()[2], "2");
  std::get<Canary>(plan->strategy).background = Background{errors_for(0ms).spec, 0};
  rig.submit(plan);
  rig.seen = [](View& view) { view.target_share = 0; };
  REQUIRE(rig.turn_until([&] { return rig.record->weight.percent == 25; }));
  for (int i = 0; i < 50; ++i) rig.turn();
  CHECK(rig.record->phase == Phase::weighing);
  CHECK_FALSE(rig.record->background);
  rig.seen = nullptr;
  const Instant read_back = rig.now.wall;
  REQUIRE(rig.turn_until([&] { return rig.ended(); }));
  int windows = 0;
  for (const Report& report : rig.reports) {
    const auto* judged = std::get_if<WindowJudged>(&report);
    if (judged == nullptr) continue;
    ++windows;
    CHECK(judged->measurement.window.from >= read_back);
    CHECK(judged->measurement.window.canary.requests > 0);
  }
  CHECK(windows >= 3);
}

TEST_CASE("r6-17 nothing is decided on what was read before the newest order") {
  for (const Way& way : ways()) {
    SlowRig rig;
    rig.submit(plan_by(way, "2"));
    REQUIRE(rig.turn_until([&] { return rig.record->target_replicas > 0 && rig.record->weight.percent == 0; }));
    rig.seen = [](View& view) { view.runtime = view.router = false; };
    stays_quiet(rig, way.name);
    rig.seen = nullptr;
    REQUIRE(rig.turn_until([&] { return rig.ended(); }));
    CHECK(rig.stable() == "1.2");
  }
}

TEST_CASE("r6-22 what somebody else wrote is put right once; the second time it is left and told, and forward waits") {
  SlowRig rig;
  rig.submit(plan_by(ways()[2], "2"));
  REQUIRE(rig.turn_until([&] { return rig.record->phase == Phase::holding; }));
  const std::vector<std::string> foreign{"weight of checkout-2 is 50, written was 25"};
  const std::uint64_t order = rig.record->order;
  rig.seen = [&](View& view) { view.foreign = &foreign; };
  rig.turn();
  CHECK(rig.record->order == order + 1);
  CHECK(rig.record->pauses.size() == 1);
  rig.turn();
  CHECK(rig.record->order == order + 1);
  REQUIRE(rig.record->pauses.size() == 2);
  CHECK(rig.record->pauses[1].reason == PauseReason::drift);
  CHECK(rig.record->pauses[1].why == foreign[0]);
  CHECK(rig.record->reason == foreign[0] + ": again within 10 min, left as it is; find out who writes it");
  stays_quiet(rig, "drift");
}

TEST_CASE("r6-23 at every moment a version that can answer has all requests there are") {
  for (const Way& way : ways()) {
    INFO(way.name);
    SlowRig rig;
    rig.submit(plan_by(way, "2"));
    while (!rig.ended()) {
      std::uint32_t sum = 0;
      for (const WantedSet& set : desired_of(*rig.record).sets) {
        sum += set.percent;
        if (set.percent > 0) CHECK(rig.available(set.snapshot->set) > 0);
      }
      CHECK(sum == 100);
      rig.turn();
    }
  }
}

TEST_CASE("r6-24 the deadline is our own: it counts from the last progress, and needs no word of the runtime") {
  for (const bool silent : {false, true}) {
    SlowRig rig;
    auto plan = plan_by(ways().front(), "2");
    plan->step_timeout = 20'000ms;
    rig.submit(plan);
    REQUIRE(rig.turn_until([&] { return rig.record->target_replicas == 2; }));
    if (silent) rig.seen = [](View& view) { view = View{}; };
    if (!silent) rig.dead.insert(kNewSet);
    const Moment began = rig.now;
    REQUIRE(rig.turn_until([&] { return rig.record->abort.has_value(); }));
    CHECK(rig.now.boottime - began.boottime <= 20'000ms);
    CHECK(rig.record->reason.rfind("no progress for 20 s", 0) == 0);
  }
  SlowRig slow;  // an instance every 15 s: longer than the deadline in all, never without progress for it
  auto plan = plan_by(ways().front(), "2");
  plan->step_timeout = 20'000ms;
  slow.submit(plan);
  REQUIRE(slow.turn_until([&] { return slow.ended(); }, 200, 15'000ms));
  CHECK(slow.stable() == "1.2");
}

TEST_CASE("r6-27 without an event nothing is ordered: paused, held, completed, aborted, gone back, failed") {
  for (const Way& way : ways()) {
    SlowRig rig;
    rig.submit(plan_by(way, "2"));
    REQUIRE(rig.turn_until([&] { return rig.record->target_replicas > 0; }));
    rig.give(Verb::pause);
    rig.turn();
    stays_quiet(rig, way.name + ", paused");
    rig.give(Verb::resume);
    REQUIRE(rig.turn_until([&] { return rig.ended(); }));
    stays_quiet(rig, way.name + ", completed");
    rig.submit(plan_by(way, "3"));
    rig.turn();
    rig.give(Verb::abort);
    REQUIRE(rig.turn_until([&] { return rig.ended(); }));
    stays_quiet(rig, way.name + ", aborted");
  }
}

TEST_CASE("r6-27 a rollout that ended changes nothing in its record, so nothing is written or told") {
  for (const bool first : {false, true}) {
    SlowRig rig(!first);
    rig.dead.insert(first ? kOldSet : kNewSet);
    rig.submit(plan_by(ways()[2], first ? "1" : "2"));
    REQUIRE(rig.turn_until([&] { return rig.ended(); }, 5'000));
    CHECK(rig.record->state == (first ? State::failed : State::rolled_back));
    for (int i = 0; i < 100; ++i) {
      const Decision decision = rig.tick();
      REQUIRE(decision.next == nullptr);
      REQUIRE(decision.reports.empty());
    }
  }
}

}  // namespace depops::rollout::r6_way_there

#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

// setScale, dynamic stable scale, bake, the earlier version kept warm, and the analysis beside the steps.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;

struct Serving : Rig {
  explicit Serving(const std::shared_ptr<Plan>& plan) {
    bring_up("1", 10);
    weights.clear();
    submit(plan);
  }
};

std::shared_ptr<Plan> stepped(std::vector<Step> steps, bool dynamic = false) {
  auto plan = plan_of("2", Canary{std::move(steps), dynamic, {}}, 10);
  plan->target.workload.drain = 1'000ms;
  return plan;
}

std::shared_ptr<Plan> beside(std::vector<Step> steps, std::uint32_t from = 0) {
  auto plan = stepped(std::move(steps));
  std::get<Canary>(plan->strategy).background = Background{errors_for(0ms).spec, from};
  return plan;
}

}  // namespace

TEST_CASE("setScale: more instances than the weight needs, never fewer") {
  Serving rig(stepped({SetScale{{5, false}}, SetWeight{10}, SetScale{{30, true}}, SetScale{{1, false}}, SetWeight{40},
                       SetScale{{10, true}}, Pause{}}));
  const auto at = [&](std::uint32_t step) { return rig.until([&] { return rig.record->step == step; }); };
  REQUIRE(at(1));
  CHECK(rig.record->target_replicas == 5);
  CHECK(rig.record->weight.percent == 0);
  CHECK(rig.until([&] { return rig.record->weight.percent == 10; }));
  CHECK(rig.record->target_replicas == 5);
  REQUIRE(at(2));
  CHECK(rig.record->target_replicas == 3);
  REQUIRE(at(3));
  CHECK(rig.record->target_replicas == 1);
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.record->weight.percent == 40);
  CHECK(rig.record->target_replicas == 4);  // 10 % would be 1, and 40 % of the requests need 4
}

TEST_CASE("r6-3 dynamic stable scale: stable shrinks only after the weight was verified and drained") {
  Serving rig(stepped({SetWeight{40}, Pause{}}, true));
  rig.most[kNewSet] = 2;
  for (int i = 0; i < 50; ++i) rig.tick();
  CHECK(rig.record->stable_replicas == 10);  // the target is not there yet
  rig.most.clear();
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.record->stable_replicas == 10);
  REQUIRE(rig.until([&] { return rig.record->stable_replicas == 6; }));
  CHECK(rig.record->weight.verified_level >= 2);
  CHECK(elapsed(rig.record->weight.read_back_at, rig.now, 100'000ms) >= 1'000ms);
}

TEST_CASE("dynamic stable scale: abort grows stable first, and the requests follow what is there") {
  Serving rig(stepped({SetWeight{80}, Pause{}}, true));
  REQUIRE(rig.until([&] { return rig.record->stable_replicas == 2; }));
  rig.weights.clear();
  rig.most[SetId("checkout-1")] = 5;
  REQUIRE(rig.give(Verb::abort).accepted);
  for (int i = 0; i < 20; ++i) rig.tick();
  CHECK(rig.record->stable_replicas == 10);
  CHECK(rig.record->weight.percent == 50);
  CHECK(rig.record->target_replicas >= 5);
  rig.most.clear();
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.1");
}

TEST_CASE("dynamic stable scale: a smaller weight grows stable before it takes requests away") {
  Serving rig(stepped({SetWeight{80}, Pause{60'000ms}, SetWeight{20}, Pause{}}, true));
  REQUIRE(rig.until([&] { return rig.record->stable_replicas == 2; }));
  rig.most[SetId("checkout-1")] = 7;
  REQUIRE(rig.until([&] { return rig.record->step == 2; }));
  for (int i = 0; i < 20; ++i) rig.tick();
  CHECK(rig.record->weight.percent == 80);
  rig.most.clear();
  REQUIRE(rig.until([&] { return rig.record->step == 3; }));
  CHECK(rig.record->weight.percent == 20);
}

TEST_CASE("bake: all requests on the new version for the whole time, stable kept, then done") {
  auto plan = stepped({SetWeight{50}});
  plan->bake = 20'000ms;
  Serving rig(plan);
  REQUIRE(rig.until(Phase::baking));
  const Moment began = rig.now;
  CHECK(rig.record->weight.percent == 100);
  CHECK(rig.record->stable_replicas == 10);
  CHECK(rig.stable() == "1.1");
  REQUIRE(rig.until_ended());
  CHECK(rig.now.boottime - began.boottime >= 20'000ms);
  CHECK(rig.stable() == "1.2");
}

TEST_CASE("bake: a new version that breaks in it goes back by itself") {
  const bool rolling = GENERATE(false, true);
  auto plan = rolling ? plan_of("2", Rolling{{2, false}, {2, false}}, 10) : stepped({SetWeight{50}});
  plan->bake = 60'000ms;
  Serving rig(plan);
  REQUIRE(rig.until(Phase::baking));
  rig.error_permille[kNewSet] = 800;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.stable() == "1.1");
  CHECK(rig.record->stable_replicas == 10);
}

TEST_CASE("bake: a person can end it and can pause it") {
  auto plan = stepped({SetWeight{50}});
  plan->bake = 3'600'000ms;
  Serving rig(plan);
  REQUIRE(rig.until(Phase::baking));
  REQUIRE(rig.give(Verb::pause).accepted);
  REQUIRE(rig.give(Verb::resume).accepted);
  REQUIRE(rig.give(Verb::advance).accepted);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::completed);
}

TEST_CASE("keep warm: the earlier version keeps its instances, and going back to it needs no start") {
  auto plan = stepped({SetWeight{50}});
  plan->keep_warm = 60'000ms;
  Serving rig(plan);
  REQUIRE(rig.until_ended());
  REQUIRE(rig.record->warm);
  const Wanted wanted = desired_of(*rig.record);
  REQUIRE(wanted.sets.size() == 2);
  CHECK(wanted.sets[0].snapshot->label == VersionLabel("1.1"));
  CHECK(wanted.sets[0].replicas == 10);
  CHECK(wanted.sets[0].percent == 0);
  auto back = plan_of("1", Canary{{SetWeight{10}}}, 10);
  back->kind = ReleaseKind::rollback;
  rig.weights.clear();
  REQUIRE(rig.submit(back).accepted);
  CHECK(rig.record->target_replicas == 10);
  CHECK_FALSE(rig.record->warm);
  int ticks = 0;
  while (rig.record->weight.percent != 100 && ticks < 100) {
    rig.tick();
    ++ticks;
  }
  CHECK(ticks <= 3);
  REQUIRE(rig.until_ended());
  CHECK(rig.stable() == "1.1");
}

TEST_CASE("keep warm: it ends when its time is over, and when another version comes") {
  auto plan = stepped({SetWeight{50}});
  plan->keep_warm = 60'000ms;
  Serving rig(plan);
  REQUIRE(rig.until_ended());
  REQUIRE(rig.until([&] { return !rig.record->warm; }));
  CHECK(desired_of(*rig.record).sets.size() == 1);

  Serving other(plan);
  REQUIRE(other.until_ended());
  REQUIRE(other.submit(plan_of("3", Canary{{SetWeight{10}}}, 10)).accepted);
  CHECK_FALSE(other.record->warm);
  CHECK(other.record->target_replicas == 0);
}

TEST_CASE("background analysis: it finds a bad version in the middle of a pause without end") {
  Serving rig(beside({SetWeight{25}, Pause{}}));
  REQUIRE(rig.until(Phase::holding));
  for (int i = 0; i < 50; ++i) rig.tick();
  REQUIRE(rig.record->phase == Phase::holding);
  rig.error_permille[kNewSet] = 300;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.record->reason.find("canary") != std::string::npos);
}

TEST_CASE("background analysis: with all requests on the new version only what needs no comparison is watched") {
  auto plan = beside({SetWeight{50}});
  plan->bake = 60'000ms;
  analysis::MetricSpec share = errors_for(0ms).spec.metrics[0];
  share.name = MetricName("share");
  share.test = analysis::Conditions{"", "errors / requests > 0.1"};
  std::get<Canary>(plan->strategy).background->spec.metrics.push_back(share);
  Serving rig(plan);
  REQUIRE(rig.until(Phase::baking));
  for (int i = 0; i < 50; ++i) rig.tick();
  REQUIRE(rig.record->phase == Phase::baking);
  REQUIRE(rig.record->pauses.empty());
  rig.error_permille[kNewSet] = 300;
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK(rig.record->reason.find("share") != std::string::npos);
}

TEST_CASE("background analysis: it begins with its step") {
  Serving rig(beside({SetWeight{25}, Pause{5'000ms}, SetWeight{50}, Pause{}}, 2));
  rig.error_permille[kNewSet] = 300;
  REQUIRE(rig.until(Phase::holding));
  for (int i = 0; i < 20; ++i) rig.tick();
  CHECK_FALSE(rig.record->background);
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
}

TEST_CASE("background analysis: no window spans two weights") {
  Serving rig(beside({SetWeight{10}, Pause{1'300ms}, SetWeight{50}, Pause{1'300ms}, SetWeight{80}, Pause{4'000ms}}));
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::completed);
  int windows = 0;
  for (const Report& report : rig.reports) {
    const auto* judged = std::get_if<WindowJudged>(&report);
    if (judged == nullptr) continue;
    ++windows;
    const auto& window = judged->measurement.window;
    const double share = static_cast<double>(window.canary.requests) /
                         static_cast<double>(window.canary.requests + window.stable.requests);
    const bool known = std::abs(share - 0.1) < 0.01 || std::abs(share - 0.5) < 0.01 || std::abs(share - 0.8) < 0.01;
    CHECK(known);
  }
  CHECK(windows >= 3);
}

TEST_CASE("background analysis: without requests it is not sure, and a resume begins it anew") {
  Serving rig(beside({SetWeight{25}, Pause{}}));
  REQUIRE(rig.until(Phase::holding));
  rig.rps = 0;
  const auto unsure = [&] {
    return std::any_of(rig.record->pauses.begin(), rig.record->pauses.end(),
                       [](const PauseMark& pause) { return pause.reason == PauseReason::inconclusive; });
  };
  REQUIRE(rig.until(unsure));
  rig.rps = 1'000;
  REQUIRE(rig.give(Verb::resume).accepted);
  REQUIRE(rig.record->background);
  CHECK(rig.record->background->attempt == 2);
  for (int i = 0; i < 50; ++i) rig.tick();
  CHECK_FALSE(unsure());
}

}  // namespace depops::rollout

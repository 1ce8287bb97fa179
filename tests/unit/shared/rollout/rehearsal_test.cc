#include "shared/rollout/rehearsal.h"

#include <catch2/catch.hpp>

#include "tests/unit/shared/rollout/rig.h"

// The Jobs of a plan are shown to the site before anything is changed.
namespace depops::rollout {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;

const HookFact kTaken{0, HookOutcome::done, {}};
const HookFact kAsked{0, HookOutcome::running, {}};

Hook by_job(const std::string& name) {
  Hook hook;
  hook.name = name;
  hook.call = HookJob{"jobs/" + name + ".yaml"};
  return hook;
}

analysis::AnalysisSpec by_jobs(const std::string& name) {
  analysis::MetricSpec metric;
  metric.name = MetricName(name);
  metric.provider = analysis::JobProvider{"jobs/" + name + ".yaml", Millis(30'000)};
  metric.test = analysis::Conditions{"result == 0", ""};
  return {TemplateName(name), {metric}};
}

Canary migrating() { return Canary{{by_job("migrate"), SetWeight{25}, Pause{}}}; }

struct Shown : Rig {
  explicit Shown(const HookFact& ends, Canary canary = migrating()) {
    bring_up("1");
    weights.clear();
    intents = record->intents;
    rehearsal = [ends](const WantedRehearsal&) { return ends; };
    submit(plan_of("2", std::move(canary)));
  }
  std::vector<Intent> intents;  // of before
  std::string waits() const {
    View view;
    view.artifact = true;
    view.hooks = &seen_;
    return waiting_for(*record, view);
  }
  void see(const HookFact& fact) {
    seen_ = {fact};
    seen_[0].key = rehearsals.back().key;
  }

 private:
  std::vector<HookFact> seen_;
};

}  // namespace

TEST_CASE(
    "rehearsal: a Job that is not taken is refused before anything is changed, with the reason, and can be retried") {
  const HookOutcome outcome = GENERATE(HookOutcome::no_end, HookOutcome::failed);
  Shown rig({0, outcome, "step 1: hook migrate: jobs/migrate.yaml:1: Job migrate: spec.suspend: leave it out"});
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::aborted);
  CHECK(rig.record->reason == "step 1: hook migrate: jobs/migrate.yaml:1: Job migrate: spec.suspend: leave it out");
  CHECK(rig.hook_runs.empty());
  CHECK(rig.record->intents == rig.intents);
  CHECK(rig.stable() == "1.1");
  rig.rehearsal = [](const WantedRehearsal&) { return kTaken; };
  REQUIRE(rig.give(Verb::retry).accepted);
  REQUIRE(rig.until(Phase::holding));
  REQUIRE(rig.rehearsals.size() == 2);
  CHECK(rig.rehearsals[0].key == rig.record->rollout.str() + "/rehearsal/1");
  CHECK(rig.rehearsals[1].key == rig.record->rollout.str() + "/rehearsal/2");
}

TEST_CASE("rehearsal: Jobs that are taken delay nothing: the first step is entered as without any") {
  Shown shown(kTaken);
  Rig plain;
  plain.bring_up("1");
  Hook command = by_job("migrate");
  command.call = HookCommand{{"/opt/migrate"}};
  plain.submit(plan_of("2", Canary{{command, SetWeight{25}, Pause{}}}));
  CHECK(plain.rehearsals.empty());
  for (int i = 0; i < 3; ++i) {
    CHECK(shown.record->phase == plain.record->phase);
    shown.tick();
    plain.tick();
  }
  CHECK(shown.record->phase == plain.record->phase);
  CHECK(shown.record->phase != Phase::preflight);
  CHECK(shown.rehearsals.size() == 1);
}

TEST_CASE(
    "rehearsal: while nobody knows it waits and says why, and after the step timeout it is over, nothing changed") {
  Shown rig(kAsked);
  for (int i = 0; i < 50; ++i) rig.tick();
  CHECK(rig.record->phase == Phase::preflight);
  CHECK(rig.waits() == "the cluster is asked whether it takes the Jobs of the plan");
  rig.see({0, HookOutcome::running, "no answer in time"});
  CHECK_THAT(rig.waits(), Contains("the Jobs of the plan: no answer in time"));
  rig.tick(rig.record->plan->step_timeout);
  CHECK(rig.record->phase == Phase::idle);
  CHECK(rig.record->state == State::aborted);
  CHECK_THAT(rig.record->reason, Contains("no progress for 600 s: the cluster is asked"));
  CHECK(rig.record->intents == rig.intents);
  CHECK(rig.weights.empty());
}

TEST_CASE("rehearsal: it is over when the agent was built again meanwhile, and is shown anew") {
  Shown rig(kAsked);
  rig.tick();
  rig.restart();
  rig.tick();
  CHECK(rig.record->phase == Phase::preflight);
  CHECK(rig.rehearsals.size() == 2);
  rig.rehearsal = [](const WantedRehearsal&) { return kTaken; };
  CHECK(rig.until(Phase::holding));
}

TEST_CASE("rehearsal: all Jobs are shown, hooks with their undo, analyses and what is beside the steps, each once") {
  Hook migrate = by_job("migrate");
  migrate.undo = HookJob{"jobs/back.yaml"};
  Canary canary{
      {migrate, SetWeight{25}, Analysis{by_jobs("smoke"), 60s}, SetWeight{50}, Analysis{by_jobs("smoke"), 60s}}};
  canary.background = Background{by_jobs("watch"), 0};
  Shown rig(kAsked, canary);
  REQUIRE(rig.rehearsals.size() == 1);
  const std::vector<ShownJob> expected = {{"step 1: hook migrate", "migrate", {"jobs/migrate.yaml"}, 60s},
                                          {"step 1: undo of hook migrate", "migrate", {"jobs/back.yaml"}, 60s},
                                          {"step 3: metric smoke of analysis smoke", "smoke", {"jobs/smoke.yaml"}, 30s},
                                          {"metric watch of analysis watch", "watch", {"jobs/watch.yaml"}, 30s}};
  CHECK(rig.rehearsals[0].jobs == expected);
}

TEST_CASE("rehearsal: where the steps are skipped no Job is shown: a first version, a way back, and --full") {
  Rig first;
  first.submit(plan_of("1", migrating()));
  CHECK(first.rehearsals.empty());
  REQUIRE(first.until_ended());
  CHECK(first.record->state == State::completed);
  Rig back;
  back.bring_up("1");
  auto plan = plan_of("2", migrating());
  plan->kind = ReleaseKind::rollback;
  back.submit(plan);
  REQUIRE(back.until_ended());
  CHECK(back.rehearsals.empty());
  Shown full(kAsked);
  REQUIRE(full.give(Verb::advance_full).accepted);
  REQUIRE(full.until_ended());
  CHECK(full.stable() == "1.2");
}

}  // namespace depops::rollout

#include "shared/rollout/wanted_job.h"

#include <catch2/catch.hpp>

#include "shared/rollout/wanted_hook.h"
#include "tests/unit/shared/rollout/rig.h"

namespace depops::rollout {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;
using Keys = std::vector<std::string>;

const HookFact kGoesOn{0, HookOutcome::running, {}};
const HookFact kSaysNo{0, HookOutcome::failed, "Job checkout-smoke has failed: exit 3"};
const HookFact kNoEnd{0, HookOutcome::no_end, "Job checkout-smoke was not complete within 60 s"};

Analysis smoke(std::uint32_t count, Millis duration = 120s) {
  analysis::MetricSpec metric;
  metric.name = MetricName("smoke");
  metric.provider = analysis::JobProvider{"jobs/smoke.yaml", Millis(60'000)};
  metric.test = analysis::Conditions{"result == 0", ""};
  metric.interval = 10s;
  metric.limits.min_requests = 0;
  metric.limits.count = count;
  return {{TemplateName("smoke"), {metric}}, duration};
}

struct Measured : Rig {
  explicit Measured(std::uint32_t count, std::function<HookFact(const std::string&)> ends, Millis duration = 120s) {
    bring_up("1");
    job = std::move(ends);
    submit(plan_of("2", Canary{{SetWeight{25}, smoke(count, duration), Pause{}}}));
    REQUIRE(until(Phase::analyzing));
  }
  std::string key(int number, int attempt = 1) const {
    return record->rollout.str() + "/1/1/" + std::to_string(attempt) + "/smoke/" + std::to_string(number);
  }
  std::vector<analysis::Measurement> measured() const {
    std::vector<analysis::Measurement> found;
    for (const Report& report : reports) {
      if (const auto* judged = std::get_if<WindowJudged>(&report)) found.push_back(judged->measurement);
    }
    return found;
  }
};

auto always(const HookFact& fact) {
  return [fact](const std::string&) { return fact; };
}

Hook migrate_by_job() {
  Hook hook;
  hook.name = "migrate";
  hook.call = HookJob{"jobs/migrate.yaml"};
  return hook;
}

}  // namespace

TEST_CASE("job: a measurement is one Job, which is complete, and the analysis passes as soon as all are taken") {
  Measured rig(2, always({0, HookOutcome::done, "Job checkout-smoke is complete"}));
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.job_runs == Keys{rig.key(1), rig.key(2)});
  REQUIRE(rig.measured().size() == 2);
  CHECK(rig.measured()[0].outcome == analysis::Outcome::pass);
  CHECK(rig.measured()[0].sentence == "Job checkout-smoke is complete");
}

TEST_CASE("job: one that failed is a failure with its own words, and goes back") {
  Measured rig(1, always(kSaysNo));
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK_THAT(rig.record->reason, Contains("Job checkout-smoke has failed: exit 3"));
  CHECK(rig.job_runs == Keys{rig.key(1)});
}

TEST_CASE("job: one without an end of its own is an error, another number follows, and the limit pauses") {
  Measured rig(1, always(kNoEnd));
  REQUIRE(rig.until([&] { return !rig.record->pauses.empty(); }));
  CHECK(rig.record->pauses[0].reason == PauseReason::metric_outage);
  CHECK(rig.job_runs == Keys{rig.key(1), rig.key(2), rig.key(3), rig.key(4), rig.key(5)});
  for (int i = 0; i < 200; ++i) rig.tick();
  CHECK(rig.job_runs.size() == 5);  // while a person is waited for nothing is measured
  rig.job = always({0, HookOutcome::done, {}});
  REQUIRE(rig.give(Verb::resume).accepted);
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.job_runs.back() == rig.key(1, 2));  // another attempt, other names
}

TEST_CASE("job: one that runs is waited for beyond the duration, and over a restart it is the same one") {
  Measured rig(1, always(kGoesOn));
  for (int i = 0; i < 100; ++i) rig.tick();
  rig.restart();
  for (int i = 0; i < 100; ++i) rig.tick();
  CHECK(rig.record->phase == Phase::analyzing);
  CHECK(std::ranges::all_of(rig.job_runs, [&](const std::string& key) { return key == rig.key(1); }));
  rig.job = always({0, HookOutcome::done, {}});
  REQUIRE(rig.until(Phase::holding));
  CHECK(rig.measured().size() == 1);
}

TEST_CASE("job: of one of which nobody tells anything measuring counts as failed in the end") {
  Measured rig(1, always(kGoesOn), 600s);
  REQUIRE(rig.until([&] { return !rig.measured().empty(); }, 1'000));
  CHECK(rig.measured()[0].outcome == analysis::Outcome::error);
  CHECK_THAT(rig.measured()[0].sentence, Contains("was not told in time"));
  rig.tick(10s);
  CHECK(rig.job_runs == Keys{rig.key(1), rig.key(2)});
}

TEST_CASE("job: on the way back none is wanted") {
  Measured rig(1, always(kGoesOn));
  CHECK(wanted_measures(*rig.record, rig.now).size() == 1);
  REQUIRE(rig.give(Verb::abort).accepted);
  CHECK(wanted_measures(*rig.record, rig.now).empty());
}

TEST_CASE("job: beside the steps its measurements are numbered on when the windows begin anew") {
  Rig rig;
  rig.bring_up("1");
  Canary canary{{SetWeight{25}, Pause{}, SetWeight{50}, Pause{}}};
  canary.background = Background{smoke(0).spec, 0};
  rig.submit(plan_of("2", canary));
  REQUIRE(rig.until([&] { return rig.job_runs.size() >= 2; }));
  REQUIRE(rig.give(Verb::advance).accepted);
  REQUIRE(rig.until([&] { return rig.record->step == 3 && rig.job_runs.size() >= 4; }));
  const std::set<std::string> different(rig.job_runs.begin(), rig.job_runs.end());
  CHECK(different.size() == rig.job_runs.size());
}

TEST_CASE("job: as a hook it is found again by an agent that was built again, idempotent or not") {
  Rig rig;
  rig.bring_up("1");
  rig.hook = always(kGoesOn);
  rig.submit(plan_of("2", Canary{{SetWeight{25}, migrate_by_job(), Pause{}}}));
  REQUIRE(rig.until(Phase::hooking));
  const auto wanted = wanted_hook(*rig.record);
  rig.restart();
  CHECK(rig.record->pauses.empty());
  REQUIRE(wanted_hook(*rig.record));
  CHECK(wanted_hook(*rig.record)->order == wanted->order);
  CHECK(wanted_hook(*rig.record)->key == wanted->key);
  rig.hook = always({0, HookOutcome::done, {}});
  REQUIRE(rig.until(Phase::holding));
}

TEST_CASE("job: a hook without an end of its own has failed") {
  Rig rig;
  rig.bring_up("1");
  rig.hook = always({0, HookOutcome::no_end, "Job checkout-migrate was not complete within 60 s; it was ended"});
  rig.submit(plan_of("2", Canary{{SetWeight{25}, migrate_by_job(), Pause{}}}));
  REQUIRE(rig.until_ended());
  CHECK(rig.record->state == State::rolled_back);
  CHECK_THAT(rig.record->reason, Contains("was not complete within 60 s"));
}

TEST_CASE("job: at a site that runs none the plan is refused before anything is changed, with who can help") {
  Hook undone = migrate_by_job();
  undone.call = HookCommand{{"/opt/migrate"}};
  undone.undo = HookJob{"jobs/back.yaml"};
  Canary beside{{SetWeight{25}, Pause{}}};
  beside.background = Background{smoke(0).spec, 0};
  const std::vector<std::pair<Canary, std::string>> plans = {
      {Canary{{SetWeight{25}, migrate_by_job()}}, "step 2: hook migrate is a Job"},
      {Canary{{SetWeight{25}, undone}}, "step 2: undo of hook migrate is a Job"},
      {Canary{{SetWeight{25}, smoke(1)}}, "step 2: metric smoke of analysis smoke is a Job"},
      {beside, "metric smoke of analysis smoke is a Job"}};
  for (const auto& [canary, words] : plans) {
    Rig rig;
    rig.bring_up("1");
    rig.seen = [](View& view) { view.jobs = false; };
    rig.submit(plan_of("2", canary));
    REQUIRE(rig.until_ended());
    CHECK(rig.record->state == State::aborted);
    CHECK_THAT(rig.record->reason, Contains(words) && Contains("whoever owns the pipeline"));
    CHECK(rig.hook_runs.empty());
    CHECK(rig.job_runs.empty());
  }
}

}  // namespace depops::rollout

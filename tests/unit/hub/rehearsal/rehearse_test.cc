#include "hub/rehearsal/rehearse.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "hub/rehearsal/gantt.h"
#include "hub/rehearsal/ladder.h"
#include "tests/unit/hub/rehearsal/scripts.h"

namespace depops::hub::rehearsal {
namespace {

using Catch::Contains;

manifest::ScenarioEvent verb_at(Millis at, rollout::Verb verb) {
  manifest::ScenarioEvent event;
  event.at = at;
  event.verb = manifest::ScenarioVerb{verb, Actor("anna"), "because"};
  return event;
}

std::vector<Entry> of_kind(const Rehearsal& made, Kind kind) {
  std::vector<Entry> found;
  std::copy_if(made.entries.begin(), made.entries.end(), std::back_inserter(found),
               [&](const Entry& entry) { return entry.kind == kind; });
  return found;
}

}  // namespace

TEST_CASE("a healthy canary waits at its pause until somebody advances, and completes") {
  Script script = script_of(canary_of_two_steps(), 0);
  script.scenario.events = {verb_at(Millis(120'000), rollout::Verb::advance)};
  const Rehearsal made = rehearse(script, 1);
  CHECK(made.over);
  CHECK(made.unmet.empty());
  CHECK(made.standing.state == rollout::State::completed);
  CHECK(made.ended > Millis(120'000));
  CHECK(made.totals.target.requests > 0);
  CHECK(made.totals.failed() == 0);
  const auto verbs = of_kind(made, Kind::verb);
  REQUIRE(verbs.size() == 1);
  CHECK(verbs.front().text == "advance by anna (because): advanced");
  CHECK(verbs.front().standing.phase == "holding");
}

TEST_CASE("a canary that answers as well but later is found by the latency test, an equal one is not") {
  rollout::Canary canary = canary_of_two_steps();
  auto& analysis = std::get<rollout::Analysis>(canary.steps[1]);
  analysis.spec.metrics[0].test = analysis::LatencyTest{};
  analysis.spec.metrics[0].provider = analysis::ScrapeProvider{"/metrics", "", "", "", "took_seconds"};
  Script script = script_of(canary, 0);
  CHECK_FALSE(rehearse(script, 1).over);  // it waits at the pause after the analysis
  script.scenario.target.behaviour.response_time = Millis(400);
  const Rehearsal slow = rehearse(script, 1);
  CHECK(slow.standing.state == rollout::State::rolled_back);
  CHECK_THAT(slow.reason, Contains("slower than") && Contains("limit 20 : 1"));
}

TEST_CASE("without anybody the open pause lasts until the limit, and that is not what is expected") {
  const Rehearsal made = rehearse(script_of(canary_of_two_steps(), 0), 1);
  CHECK_FALSE(made.over);
  CHECK(made.length == Millis(600'000));
  CHECK(made.standing.pauses == std::vector<std::string>{"step"});
  CHECK_THAT(made.waits_for, Contains("paused: step"));
  CHECK(made.unmet == std::vector<std::string>{"expected completed, it is paused"});
}

TEST_CASE("a bad canary goes back by itself, with the numbers that decided") {
  Script script = script_of(canary_of_two_steps(), 0.1);
  script.scenario.expect = manifest::Expected{rollout::State::rolled_back, "", Millis(60'000), 200, "evidence"};
  const Rehearsal made = rehearse(script, 1);
  CHECK(made.unmet.empty());
  CHECK_THAT(made.reason, Contains("errors") && Contains("canary ") && Contains("limit 20 : 1"));
  REQUIRE((made.exposed_at && made.detected_at && made.safe_at));
  CHECK(*made.exposed_at < *made.detected_at);
  CHECK(*made.detected_at <= *made.safe_at);
  CHECK(of_kind(made, Kind::verdict).back().outcome == "fail");
}

TEST_CASE("a rehearsal stands at an approval until enough people gave it, and a hook that fails goes back") {
  rollout::Hook hook{"migrate", rollout::HookCommand{{"/opt/migrate"}}, Millis(60'000), false, 0, {}};
  const rollout::Canary canary{{rollout::SetWeight{10}, rollout::Approval{1, {}, {}, false}, hook}};
  Script script = script_of(canary, 0);
  script.scenario.events = {verb_at(Millis(60'000), rollout::Verb::approve)};
  const Rehearsal good = rehearse(script, 1);
  CHECK(good.unmet.empty());
  CHECK(good.standing.state == rollout::State::completed);
  CHECK(good.ended > Millis(60'000));

  script.scenario.events.emplace_back();
  script.scenario.events.back().at = Millis(30'000);
  script.scenario.events.back().hooks = false;
  std::swap(script.scenario.events[0], script.scenario.events[1]);
  script.scenario.expect = manifest::Expected{rollout::State::rolled_back, "", Millis(120'000), 0, "hook migrate"};
  const Rehearsal bad = rehearse(script, 1);
  CHECK(bad.unmet.empty());
  CHECK_THAT(bad.reason, Contains("the scenario says so"));
}

TEST_CASE("in a rehearsal a Job that measures works as long as hooks do") {
  analysis::MetricSpec metric;
  metric.name = MetricName("smoke");
  metric.provider = analysis::JobProvider{"jobs/smoke.yaml", Millis(60'000)};
  metric.test = analysis::Conditions{"result == 0", ""};
  metric.limits.min_requests = 0;
  metric.limits.count = 1;
  const rollout::Analysis smoke{{TemplateName("smoke"), {metric}}, Millis(60'000)};
  Script script = script_of(rollout::Canary{{rollout::SetWeight{10}, smoke}}, 0);
  CHECK(rehearse(script, 1).standing.state == rollout::State::completed);
  script.scenario.events.emplace_back();
  script.scenario.events.back().at = Millis(1'000);
  script.scenario.events.back().hooks = false;
  const Rehearsal bad = rehearse(script, 1);
  CHECK(bad.standing.state == rollout::State::rolled_back);
  CHECK_THAT(bad.reason, Contains("the scenario says so"));
}

TEST_CASE("the same seed gives the same rehearsal, another one another") {
  const Script script = script_of(canary_of_two_steps(), 0.05);
  const std::string one = gantt_of(script, rehearse(script, 1));
  CHECK(one == gantt_of(script, rehearse(script, 1)));
  bool differs = false;
  for (std::uint64_t seed = 2; seed < 10; ++seed) differs = differs || one != gantt_of(script, rehearse(script, seed));
  CHECK(differs);
}

TEST_CASE("what is expected and is not so is said point by point") {
  Script script = script_of(canary_of_two_steps(), 0.1);
  script.scenario.expect = manifest::Expected{rollout::State::rolled_back, "drift", Millis(1), 0, "no such words"};
  const auto unmet = rehearse(script, 1).unmet;
  REQUIRE(unmet.size() == 4);
  CHECK_THAT(unmet[0], Contains("expected within 1ms, it took "));
  CHECK(unmet[1] == "expected the pause drift, it stands still for none");
  CHECK_THAT(unmet[2], Contains("expected at most 0 failed requests"));
  CHECK_THAT(unmet[3], Contains("expected a reason that says \"no such words\""));
}

TEST_CASE("a verb that has no meaning is refused as it would be, and the reason is shown") {
  Script script = script_of(canary_of_two_steps(), 0);
  script.scenario.events = {verb_at(Millis(1'000), rollout::Verb::retry), verb_at(Millis(2'000), rollout::Verb::abort)};
  const Rehearsal made = rehearse(script, 1);
  const auto verbs = of_kind(made, Kind::verb);
  REQUIRE(verbs.size() == 2);
  CHECK(verbs[0].outcome == "refused");
  CHECK_THAT(verbs[0].text, Contains("retry is for one that ended"));
  CHECK(made.standing.state == rollout::State::aborted);
}

TEST_CASE("a rolling update and a first deployment complete without a failed request") {
  const Rehearsal rolled = rehearse(script_of(rollout::Rolling{{1, false}, {0, false}}, 0), 1);
  CHECK(rolled.unmet.empty());
  CHECK(rolled.totals.failed() == 0);
  CHECK(rolled.standing.target == Side{4, 4});
  CHECK(rolled.standing.stable == Side{0, 0});
  Script first = script_of(canary_of_two_steps(), 0, true);
  first.scenario.rps = 0;
  const Rehearsal made = rehearse(first, 1);
  CHECK(made.unmet.empty());
  CHECK_THAT(made.reason, Contains("strategy skipped"));
}

TEST_CASE("what is found beside the steps in a pause goes back, or waits for a person where the plan says so") {
  rollout::Canary canary{{rollout::SetWeight{10}, rollout::Pause{}}};
  canary.background = rollout::Background{errors_for(Millis(0)).spec, 0};
  Script script = script_of(canary, 0);
  manifest::ScenarioEvent worse;
  worse.at = Millis(30'000);
  worse.target = manifest::BehaviourChange{};
  worse.target->error_share = 0.2;
  script.scenario.events = {worse};
  script.scenario.expect = manifest::Expected{rollout::State::rolled_back, "", Millis(60'000), 60, "evidence"};
  const Rehearsal back = rehearse(script, 1);
  CHECK(back.unmet == std::vector<std::string>{});
  CHECK(of_kind(back, Kind::verdict).back().standing.phase == "holding");
  rollout::Plan plan = *script.plan;
  plan.on_failure = rollout::OnFailure::hold;
  script.plan = std::make_shared<const rollout::Plan>(plan);
  script.scenario.expect = manifest::Expected{rollout::State::paused, "failure", Millis(60'000), std::nullopt, ""};
  CHECK(rehearse(script, 1).unmet == std::vector<std::string>{});
}

TEST_CASE("a router that can not be reached holds the way up, and the requests stay where they were") {
  Script script = script_of(canary_of_two_steps(), 0);
  manifest::ScenarioEvent away;
  away.at = Millis(1'000);
  away.router = false;
  script.scenario.events = {away};
  // No weight was ordered, so the way back waits for no router.
  script.scenario.expect = manifest::Expected{rollout::State::rolled_back, "", std::nullopt, 0, "no progress"};
  const Rehearsal made = rehearse(script, 1);
  CHECK(made.unmet == std::vector<std::string>{});
  CHECK(made.totals.target.requests == 0);
  CHECK_THAT(of_kind(made, Kind::world).front().text, Contains("the router no longer answers"));
}

TEST_CASE("a condition on a value reads what the scenario gives, and an error where it gives none") {
  rollout::Canary canary = canary_of_two_steps();
  auto& analysis = std::get<rollout::Analysis>(canary.steps[1]);
  analysis.duration = Millis(60'000);
  analysis::MetricSpec& metric = analysis.spec.metrics.front();
  metric.name = MetricName("memory");
  metric.provider = analysis::ScrapeProvider{};
  metric.test = analysis::GaugeTest{};
  Script script = script_of(canary, 0);
  script.scenario.stable->behaviour.values["memory"] = {100, 1};
  CHECK_THAT(rehearse(script, 1).reason, Contains("the scenario gives no value of memory"));
  script.scenario.target.behaviour.values["memory"] = {300, 1};
  script.scenario.expect = manifest::Expected{rollout::State::rolled_back, "", std::nullopt, std::nullopt, "memory"};
  CHECK(rehearse(script, 1).unmet == std::vector<std::string>{});
}

TEST_CASE("the diagram has a bar for each phase and weight, and no name that mermaid would misread") {
  Script script = script_of(canary_of_two_steps(), 0.1);
  script.scenario.events = {verb_at(Millis(3'000), rollout::Verb::pause),
                            verb_at(Millis(4'000), rollout::Verb::resume)};
  const std::string text = gantt_of(script, rehearse(script, 1));
  CHECK_THAT(text, Catch::StartsWith("gantt\n  title checkout from 1.1 to 1.2 in production, rolled_back\n"));
  CHECK_THAT(text, Contains("  section phases\n  preflight :done, 2001-01-01 00:00:00.000, 2001-01-01 00:00:01.000\n"));
  CHECK_THAT(text, Contains("  analyzing 2/4 :done, ") && Contains("  aborting 2/4 :crit, "));
  CHECK_THAT(text, Contains("  section requests to 1.2\n  10 % :"));
  CHECK_THAT(text,
             Contains("  section people\n  pause by anna (because)  paused :milestone, 2001-01-01 00:00:03.000, 0s\n"));
  CHECK_THAT(text, Contains(" :crit, milestone, "));
}

TEST_CASE("requests that carry the header find a bad version before the weights give it any") {
  const rollout::RouteMatch match{rollout::RouteKey::header, "X-Preview", {"on"}};
  rollout::Canary canary{{rollout::SetHeader{"preview", match}, errors_for(Millis(120'000)), rollout::SetWeight{50}}};
  Script script = script_of(canary, 0.4);
  script.scenario.match_share = 0.1;
  const Rehearsal made = rehearse(script, 1);
  CHECK(made.standing.state == rollout::State::rolled_back);
  CHECK(made.totals.target.requests > 0);
  CHECK(made.totals.target.requests < made.totals.stable.requests / 4);
  CHECK(made.safe_at.has_value());
  const Ladder ladder = ladder_of(script, std::nullopt);
  CHECK(ladder.whole);
  CHECK(ladder.rungs.at(1).what == "setHeader preview, header X-Preview: on");
  CHECK(ladder.rungs.at(1).weight == 0);
}

}  // namespace depops::hub::rehearsal

#include <catch2/catch.hpp>
#include <memory>

#include "agent/app/agent.h"
#include "shared/rollout/desired.h"

namespace depops::agent::background_sample {
namespace {

Moment at(int seconds) {
  return {Instant(std::chrono::seconds(1'800'000'000 + seconds)), Millis(1'000 * (seconds + 1)), BootId("one")};
}

const SetId kCanary("checkout-2"), kStable("checkout-1");

// A canary at 10 % in a pause without end, with a scraped metric watched beside the steps.
std::shared_ptr<rollout::Record> holding() {
  analysis::MetricSpec metric;
  metric.name = MetricName("lag");
  metric.provider = analysis::ScrapeProvider{"/metrics", "", "", "lag_seconds"};
  metric.test = analysis::Conditions{"", "result > 10"};
  metric.interval = Millis(10'000);
  metric.limits.min_requests = 0;
  auto plan = std::make_shared<rollout::Plan>();
  plan->service = ServiceName("checkout");
  plan->target.service = plan->service;
  plan->target.set = kCanary;
  rollout::Canary canary{{rollout::SetWeight{10}, rollout::Pause{}}, false, {}};
  canary.background = rollout::Background{{TemplateName("beside"), {metric}}, 0};
  plan->strategy = canary;
  auto stable = std::make_shared<rollout::VersionSnapshot>();
  stable->service = plan->service;
  stable->set = kStable;
  auto record = std::make_shared<rollout::Record>();
  record->service = plan->service;
  record->stable = stable;
  record->stable_replicas = record->target_replicas = 1;
  record->plan = plan;
  record->rollout = RolloutId("d-1.fra-1");
  record->epoch = Generation(1);
  record->state = rollout::State::paused;
  record->phase = rollout::Phase::holding;
  record->step = 1;
  record->entered = record->progress.at = Stamp::of(at(0));
  record->pauses = {{rollout::PauseReason::step, Stamp::of(at(0)), Actor("agent"), ""}};
  record->weight = {10, 3, Stamp::of(at(0)), Stamp::of(at(0)), {}, {}};
  return record;
}

std::vector<std::string> sentences(const Output& output) {
  std::vector<std::string> found;
  for (const OutboxRow& row : output.batch.outbox) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    const auto* judged = report != nullptr ? std::get_if<rollout::WindowJudged>(report) : nullptr;
    if (judged != nullptr) found.push_back(judged->measurement.sentence);
  }
  return found;
}

// The clock of the machine is `off`.
Moment shown(int seconds, Millis off) {
  Moment now = at(seconds);
  now.wall += off;
  return now;
}

Measured measured(int seconds, double value, Millis off = {}) {
  return {{MetricName("checkout/lag"), shown(seconds, off).wall, {}}, {{kCanary, value}}, "", ""};
}

Agent watching() {
  Settings settings;
  settings.site = SiteName("fra-1");
  Loaded loaded;
  loaded.incarnation = "00112233445566778899aabbccddeeff";
  loaded.records.push_back(holding());
  loaded.site.time = Stamp::of(at(0));
  Agent agent(settings, std::move(loaded), at(0));
  (void)agent.step(RuntimeFacts{}, at(0));
  RouterFacts router;
  router.reachable = true;
  (void)agent.step(router, at(0));
  (void)agent.step(Tick{}, at(1));
  (void)agent.step(measured(2, 3), at(2));
  return agent;
}

const std::vector<std::string> kPassed = {"result 4, fails when result > 10: pass"};

}  // namespace

TEST_CASE("what was read for the analysis beside the steps is judged, also while no step analyses anything") {
  Agent agent = watching();
  CHECK(sentences(agent.step(measured(12, 4), at(12))) == kPassed);
}

TEST_CASE("F28 a clock that is set by ten years between two readings does not take a window from an analysis") {
  for (const std::chrono::hours off : {std::chrono::hours(87'660), std::chrono::hours(-87'660)}) {
    Agent agent = watching();
    CHECK(sentences(agent.step(measured(12, 4, off), shown(12, off))) == kPassed);
  }
}

}  // namespace depops::agent::background_sample

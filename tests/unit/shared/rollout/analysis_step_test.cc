#include <catch2/catch.hpp>
#include <memory>

#include "shared/rollout/desired.h"
#include "shared/rollout/machine.h"

namespace depops::rollout {
namespace {

const SetId kCanary("checkout-2");
const SetId kStable("checkout-1");

Moment moment(int seconds) {
  return {Instant(std::chrono::seconds(1'800'000'000 + seconds)), Millis(1'000 * (seconds + 1)), BootId("one")};
}

analysis::MetricSpec metric(const analysis::Test& test) {
  analysis::MetricSpec made;
  made.name = MetricName("memory");
  made.provider = analysis::ScrapeProvider{"/metrics", "", "", "process_resident_memory_bytes"};
  made.test = test;
  made.interval = Millis(10'000);
  made.limits.min_requests = 0;
  return made;
}

// A canary at 10 % whose first analysis step has just begun.
std::shared_ptr<Record> analyzing(const analysis::MetricSpec& spec) {
  auto plan = std::make_shared<Plan>();
  plan->target.set = kCanary;
  plan->target.workload.replicas = 4;
  plan->strategy = Canary{{Analysis{{TemplateName("t"), {spec}}, Millis(3'600'000)}, SetWeight{10}, SetWeight{100}}};
  auto stable = std::make_shared<VersionSnapshot>();
  stable->set = kStable;
  stable->workload.replicas = 4;
  auto record = std::make_shared<Record>();
  record->stable = stable;
  record->plan = plan;
  record->rollout = RolloutId("r-1");
  record->phase = Phase::analyzing;
  record->state = State::running;
  record->entered = record->progress.at = Stamp::of(moment(0));
  AnalysisMark mark;
  mark.started = Stamp::of(moment(0));
  mark.open.resize(1);
  mark.state = analysis::begin({TemplateName("t"), {spec}});
  record->analysis = mark;
  return record;
}

// The record after readings of both sets' values, one an interval.
std::shared_ptr<const Record> after_readings(std::shared_ptr<const Record> record, int readings, double canary) {
  Watch watch;
  for (int i = 0; i < readings; ++i) {
    Sample sample;
    sample.metric = MetricName("memory");
    sample.at = moment(10 * i).wall;
    sample.target = canary + i % 2;
    sample.stable = 480 + i % 3;
    const std::vector<Sample> samples{sample};
    View view;
    view.runtime = true;
    view.samples = &samples;
    const Decision decision = step(record, Observed{}, view, watch, moment(10 * i));
    if (decision.next) record = decision.next;
  }
  return record;
}

}  // namespace

TEST_CASE("a gauge is judged from the values of both sets, and a canary that needs more goes back") {
  const auto quiet = after_readings(analyzing(metric(analysis::GaugeTest{})), 21, 480);
  REQUIRE(quiet->analysis);
  CHECK(std::get<analysis::GaugeState>(quiet->analysis->state.metrics[0].other).windows == 20);
  CHECK(quiet->phase == Phase::analyzing);
  const auto greedy = after_readings(analyzing(metric(analysis::GaugeTest{})), 21, 640);
  CHECK(greedy->state == State::rolled_back);
  CHECK_THAT(greedy->reason, Catch::Contains("evidence"));
}

TEST_CASE("a metric that took all its windows is neither asked for nor judged again") {
  analysis::MetricSpec once = metric(analysis::Conditions{"result < 1000", ""});
  once.limits.count = 2;
  once.limits.min_requests = 1'000;  // not there yet: the step stands and waits for somebody
  const auto record = analyzing(once);
  CHECK(due_metrics(*record, moment(0)).size() == 1);
  const auto done = after_readings(record, 6, 480);
  REQUIRE(done->analysis);
  CHECK(done->analysis->state.metrics[0].passes == 2);
  CHECK(analysis::finished(done->analysis->state.metrics[0], once));
  CHECK(done->pauses.size() == 1);
  Record still = *done;
  still.pauses.clear();
  CHECK(due_metrics(still, moment(1'000)).empty());
}

}  // namespace depops::rollout

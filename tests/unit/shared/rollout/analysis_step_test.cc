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

namespace {

// One reading every 10 s; `slow` of 100 answers of the canary in each take longer than half a second.
std::shared_ptr<const Record> after_histograms(std::shared_ptr<const Record> record, int readings, std::uint64_t slow) {
  Watch watch;
  for (int i = 0; i < readings; ++i) {
    const auto answers = [&](std::uint64_t each) { return each * static_cast<std::uint64_t>(i); };
    analysis::CounterRow canary{kCanary, "scrape:checkout-2.1", answers(100), 0, 0};
    canary.buckets = {{0.1, answers(80 - slow)}, {0.5, answers(99 - slow)}};
    analysis::CounterRow stable{kStable, "scrape:checkout-1.1", answers(900), 0, 0};
    stable.buckets = {{0.1, answers(720)}, {0.5, answers(891)}};
    Sample sample;
    sample.metric = MetricName("memory");
    sample.at = moment(10 * i).wall;
    sample.rows = {canary, stable};
    const std::vector<Sample> samples{sample};
    View view;
    view.runtime = true;
    view.samples = &samples;
    const Decision decision = step(record, Observed{}, view, watch, moment(10 * i));
    if (decision.next) record = decision.next;
  }
  return record;
}

std::string sentence_of(const Sample& sample, const analysis::Test& test) {
  auto record = std::make_shared<Record>(*analyzing(metric(test)));
  record->analysis->open[0] = {moment(0).wall, Stamp::of(moment(0)), {}};
  const std::vector<Sample> samples{sample};
  View view;
  view.runtime = true;
  view.samples = &samples;
  Watch watch;
  const Decision decision = step(record, Observed{}, view, watch, moment(10));
  for (const Report& report : decision.reports) {
    if (const auto* judged = std::get_if<WindowJudged>(&report)) return judged->measurement.sentence;
  }
  return "no window was judged";
}

}  // namespace

TEST_CASE("a histogram is judged by the latency test, and a canary that is slower goes back") {
  const auto quick = after_histograms(analyzing(metric(analysis::LatencyTest{})), 21, 0);
  REQUIRE(quick->analysis);
  CHECK(std::get<analysis::LatencyState>(quick->analysis->state.metrics[0].other).windows == 20);
  CHECK(quick->analysis->state.metrics[0].canary_requests == 2'000);
  CHECK(quick->phase == Phase::analyzing);
  const auto slow = after_histograms(analyzing(metric(analysis::LatencyTest{})), 21, 20);
  CHECK(slow->state == State::rolled_back);
  CHECK_THAT(slow->reason, Catch::Contains("slower than 0.5 s: canary 21 of 100, stable 9 of 900"));
}

TEST_CASE("a window without data says why, as the source said it") {
  Sample sample;
  sample.metric = MetricName("memory");
  sample.at = moment(10).wall;
  sample.nothing = "query \"up\" gave an empty vector";
  CHECK(sentence_of(sample, analysis::GaugeTest{}) ==
        "the source gives no values, and this test needs one for each version: query \"up\" gave an empty vector");
  CHECK(sentence_of(sample, analysis::LatencyTest{}) ==
        "no histogram of the canary: query \"up\" gave an empty vector");
  CHECK(sentence_of(sample, analysis::ErrorsTest{}) ==
        "no request reached the canary: query \"up\" gave an empty vector");
  sample.target = 3;  // the stable version's is missing, which a condition over `result` does not need
  CHECK(sentence_of(sample, analysis::Conditions{"result < 5", ""}) == "result 3, succeeds when result < 5: pass");
}

}  // namespace depops::rollout

#include "shared/rollout/analysis_course.h"

#include <algorithm>

#include "shared/analysis/histogram.h"
#include "shared/analysis/run.h"
#include "shared/analysis/window.h"
#include "shared/rollout/desired.h"
#include "shared/rollout/wanted_job.h"

// Windows are cut at readings of the counters, judged, and kept with the verdict in the same commit.
namespace depops::rollout {
namespace {

// What can be read of one metric now.
struct Edge {
  analysis::Reading reading;
  const Sample* sample = nullptr;
};

std::optional<Edge> edge_of(const Draft& draft, const analysis::MetricSpec& metric, Instant after) {
  const View& view = draft.view();
  if (std::holds_alternative<analysis::HaproxyProvider>(metric.provider)) {
    if (!view.router || view.router_at <= after) return std::nullopt;
    return Edge{{metric.name, view.router_at, rows_under_test(draft)}, nullptr};
  }
  if (view.samples == nullptr) return std::nullopt;
  for (const Sample& sample : *view.samples) {
    if (sample.metric == metric.name && sample.at > after) return Edge{{metric.name, sample.at, sample.rows}, &sample};
  }
  return std::nullopt;
}

analysis::Input input_of(const Draft& draft, const analysis::MetricSpec& metric, const OpenWindow& open,
                         const Edge& edge) {
  const SetId stable = draft.record().stable ? draft.record().stable->set : SetId();
  const SetId& canary = draft.plan().target.set;
  const analysis::Reading from{metric.name, open.from, *open.rows};
  const analysis::WindowCut cut = analysis::window_between(from, edge.reading, canary, stable);
  if (edge.sample != nullptr && !edge.sample->error.empty()) {
    return analysis::MeasuringFailed{cut.window, edge.sample->error};
  }
  if (!cut.broken.empty()) return analysis::NothingMeasured{cut.window, cut.broken};
  if (std::holds_alternative<analysis::LatencyTest>(metric.test))
    return analysis::histogram_between(cut, from, edge.reading, canary, stable);
  const bool valued = edge.sample != nullptr && (edge.sample->target || edge.sample->stable);
  if (valued && analysis::takes_values(metric.test)) {
    return analysis::SampledValues{cut.window, edge.sample->target, edge.sample->stable};
  }
  return analysis::CountedWindow{cut.window, cut.stable_parts};
}

}  // namespace

void judge_metric(Draft& draft, const Course& course, std::size_t index, const analysis::Input& input,
                  const std::string& instead, const std::string& nothing) {
  AnalysisMark& mark = *(draft.edit().*course.mark);
  analysis::Judged judged = analysis::judge(mark.state, *course.spec, index, input);
  const bool lacks = judged.measurement.outcome == analysis::Outcome::no_data;
  if (lacks && !nothing.empty()) judged.measurement.sentence += ": " + nothing;
  if (!instead.empty()) judged.measurement.sentence = instead;
  mark.state.metrics[index] = std::move(judged.next);
  draft.note(WindowJudged{draft.now().wall, draft.record().rollout, draft.record().step, mark.attempt,
                          std::move(judged.measurement)});
}

namespace {

void fail_if_late(Draft& draft, const Course& course, std::size_t index) {
  const AnalysisMark& mark = *(draft.record().*course.mark);
  const analysis::MetricSpec& metric = course.spec->metrics[index];
  const bool first = mark.open[index].from == Instant{};
  const Millis limit = (first ? metric.initial_delay : metric.interval) + kReadingGrace;
  if (elapsed(base_of(mark, mark.open[index], course.floor, draft.now()), draft.now(), limit) < limit) return;
  // While the agent was away nobody could read.
  if (elapsed(draft.watch().since, draft.now(), kReadingGrace) < kReadingGrace) return;
  const std::string why = draft.view().router_trouble.empty() ? "no reading came in time" : draft.view().router_trouble;
  judge_metric(draft, course, index, analysis::MeasuringFailed{{draft.now().wall, draft.now().wall, {}, {}}, why});
  OpenWindow& open = (draft.edit().*course.mark)->open[index];
  open.from = Instant{};
  open.opened = Stamp::of(draft.now());
}

void observe_metric(Draft& draft, const Course& course, std::size_t index) {
  const analysis::MetricSpec& metric = course.spec->metrics[index];
  if (std::holds_alternative<analysis::JobProvider>(metric.provider)) return observe_measure(draft, course, index);
  const AnalysisMark& mark = *(draft.record().*course.mark);
  if (!is_due(mark, metric, index, course.floor, draft.now())) return;
  const OpenWindow& open = mark.open[index];
  std::optional<Edge> edge = edge_of(draft, metric, open.from);
  if (!edge) return fail_if_late(draft, course, index);
  const std::string nothing = edge->sample != nullptr ? edge->sample->nothing : std::string();
  if (open.from != Instant{}) judge_metric(draft, course, index, input_of(draft, metric, open, *edge), {}, nothing);
  (draft.edit().*course.mark)->open[index] = {edge->reading.at, Stamp::of(draft.now()), std::move(edge->reading.rows)};
}

// The numbers behind a verdict, from the window that made it.
std::string numbers(const Decision& so_far, const MetricName& metric) {
  for (auto report = so_far.reports.rbegin(); report != so_far.reports.rend(); ++report) {
    const auto* judged = std::get_if<WindowJudged>(&*report);
    if (judged != nullptr && judged->measurement.metric == metric) return ": " + judged->measurement.sentence;
  }
  return {};
}

}  // namespace

void observe_metrics(Draft& draft, const Course& course, bool only_absolute) {
  for (std::size_t i = 0; i < course.spec->metrics.size(); ++i) {
    if (!only_absolute || !analysis::compares(course.spec->metrics[i].test)) observe_metric(draft, course, i);
  }
}

std::optional<analysis::Decision> decided_now(Draft& draft, const Course& course) {
  auto decision = analysis::decided((draft.record().*course.mark)->state, *course.spec);
  if (decision) decision->reason += numbers(draft.decision(), decision->metric);
  return decision;
}

void settle_doubt(Draft& draft, const analysis::Decision& decision) {
  if (decision.outcome == analysis::Outcome::pass) return;
  if (decision.outcome == analysis::Outcome::fail) return fail(draft, Trigger::verdict_fail, decision.reason);
  const bool outage = decision.outcome == analysis::Outcome::error;
  draft.take(Trigger::unsure, self(), decision.reason);
  draft.add_pause(outage ? PauseReason::metric_outage : PauseReason::inconclusive, self(), decision.reason);
}

bool waits_for_person(const Record& record) {
  return std::any_of(record.pauses.begin(), record.pauses.end(), [](const PauseMark& pause) {
    return pause.reason == PauseReason::inconclusive || pause.reason == PauseReason::metric_outage ||
           pause.reason == PauseReason::drift || pause.reason == PauseReason::failure;
  });
}

AnalysisMark fresh_mark(const std::string& run, std::uint32_t attempt, const analysis::AnalysisSpec& spec,
                        const Moment& now) {
  AnalysisMark mark;
  mark.run = run + "/" + std::to_string(attempt);
  mark.attempt = attempt;
  mark.started = Stamp::of(now);
  mark.open.resize(spec.metrics.size());
  for (std::size_t i = 0; i < spec.metrics.size(); ++i)
    mark.open[i].number = std::holds_alternative<analysis::JobProvider>(spec.metrics[i].provider) ? 1 : 0;
  mark.state = analysis::begin(spec);
  return mark;
}

void close_windows(AnalysisMark& mark, const Moment& now) {
  for (OpenWindow& open : mark.open) open = {Instant{}, Stamp::of(now), {}, open.number == 0 ? 0 : open.number + 1};
}

}  // namespace depops::rollout

#include <algorithm>

#include "shared/analysis/run.h"
#include "shared/analysis/window.h"
#include "shared/rollout/desired.h"
#include "shared/rollout/draft.h"

// The analysis step: windows are cut at readings of the counters, judged, and kept with the verdict in the same commit.
namespace depops::rollout {
namespace {

constexpr Millis kReadingGrace{5'000};  // how late a reading may be before measuring counts as failed

// What can be read of one metric now.
struct Edge {
  analysis::Reading reading;
  const Sample* sample = nullptr;
};

std::optional<Edge> edge_of(const Draft& draft, const analysis::MetricSpec& metric, Instant after) {
  const View& view = draft.view();
  if (std::holds_alternative<analysis::HaproxyProvider>(metric.provider)) {
    if (!view.router || view.counters == nullptr || view.router_at <= after) return std::nullopt;
    return Edge{{metric.name, view.router_at, *view.counters}, nullptr};
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
  const analysis::WindowCut cut =
      analysis::window_between({metric.name, open.from, open.rows}, edge.reading, draft.plan().target.set, stable);
  if (edge.sample != nullptr && !edge.sample->error.empty()) {
    return analysis::MeasuringFailed{cut.window, edge.sample->error};
  }
  if (!cut.broken.empty()) return analysis::NothingMeasured{cut.window, cut.broken};
  const bool valued = edge.sample != nullptr && (edge.sample->target || edge.sample->stable);
  if (valued && analysis::takes_values(metric.test)) {
    return analysis::SampledValues{cut.window, edge.sample->target, edge.sample->stable};
  }
  return analysis::CountedWindow{cut.window, cut.stable_parts};
}

void judge_input(Draft& draft, const analysis::AnalysisSpec& spec, std::size_t index, const analysis::Input& input) {
  AnalysisMark& mark = *draft.edit().analysis;
  analysis::Judged judged = analysis::judge(mark.state, spec, index, input);
  mark.state.metrics[index] = std::move(judged.next);
  draft.note(WindowJudged{draft.now().wall, draft.record().rollout, draft.record().step, mark.attempt,
                          std::move(judged.measurement)});
}

void open_window(Draft& draft, std::size_t index, Edge edge) {
  draft.edit().analysis->open[index] = {edge.reading.at, Stamp::of(draft.now()), std::move(edge.reading.rows)};
}

void fail_if_late(Draft& draft, const analysis::AnalysisSpec& spec, std::size_t index, const Stamp& base, Millis wait) {
  const Millis limit = wait + kReadingGrace;
  if (elapsed(base, draft.now(), limit) < limit) return;
  // While the agent was away nobody could read.
  if (elapsed(draft.watch().since, draft.now(), kReadingGrace) < kReadingGrace) return;
  const std::string why = draft.view().router_trouble.empty() ? "no reading came in time" : draft.view().router_trouble;
  judge_input(draft, spec, index, analysis::MeasuringFailed{{draft.now().wall, draft.now().wall, {}, {}}, why});
  draft.edit().analysis->open[index].from = Instant{};
  draft.edit().analysis->open[index].opened = Stamp::of(draft.now());
}

void observe_metric(Draft& draft, const analysis::AnalysisSpec& spec, std::size_t index) {
  const analysis::MetricSpec& metric = spec.metrics[index];
  const AnalysisMark& mark = *draft.record().analysis;
  if (analysis::finished(mark.state.metrics[index], metric)) return;
  const OpenWindow& open = mark.open[index];
  const bool first = open.from == Instant{};
  const Stamp base = first && open.opened == Stamp{} ? mark.started : open.opened;
  const Millis wait = first ? metric.initial_delay : metric.interval;
  if (elapsed(base, draft.now(), wait) < wait) return;
  std::optional<Edge> edge = edge_of(draft, metric, open.from);
  if (!edge) return fail_if_late(draft, spec, index, base, wait);
  if (!first) judge_input(draft, spec, index, input_of(draft, metric, open, *edge));
  open_window(draft, index, std::move(*edge));
}

void settle(Draft& draft, const analysis::Decision& decision) {
  switch (decision.outcome) {
    case analysis::Outcome::fail:
      return begin_abort(draft, Trigger::verdict_fail, self(), decision.reason);
    case analysis::Outcome::pass:
      if (!draft.paused()) go_past_step(draft, self(), "analysis passed. " + decision.reason);
      return;
    case analysis::Outcome::error:
      draft.take(Trigger::unsure, self(), decision.reason);
      return draft.add_pause(PauseReason::metric_outage, self(), decision.reason);
    case analysis::Outcome::inconclusive:
    case analysis::Outcome::no_data:
    case analysis::Outcome::terminated:
      draft.take(Trigger::unsure, self(), decision.reason);
      return draft.add_pause(PauseReason::inconclusive, self(), decision.reason);
  }
}

bool waits_for_person(const Record& record) {
  return std::any_of(record.pauses.begin(), record.pauses.end(), [](const PauseMark& pause) {
    return pause.reason == PauseReason::inconclusive || pause.reason == PauseReason::metric_outage ||
           pause.reason == PauseReason::drift;
  });
}

// The numbers behind a verdict, from the window that made it.
std::string numbers(const Decision& so_far, const MetricName& metric) {
  for (auto report = so_far.reports.rbegin(); report != so_far.reports.rend(); ++report) {
    const auto* judged = std::get_if<WindowJudged>(&*report);
    if (judged != nullptr && judged->measurement.metric == metric) return ": " + judged->measurement.sentence;
  }
  return {};
}

// At the end of the duration an agent that was away for most of it, or that a slow disk held up, has yet to look: each
// metric has a window judged first (a reading that does not come counts as failed in time), and if none has passed yet,
// as much time more as a reading may be late.
bool ends_too_soon(const Draft& draft, const Analysis& analysis) {
  const AnalysisMark& mark = *draft.record().analysis;
  if (!analysis::was_judged(mark.state, analysis.spec)) return true;
  const Millis longest = analysis.duration + kReadingGrace;
  return !analysis::has_passed(mark.state, analysis.spec) && elapsed(mark.started, draft.now(), longest) < longest;
}

}  // namespace

// The requests by which the weight was verified went to the new version too: the first windows open where the weight
// was read back, so that a bad version is not served for longer than one interval before it is judged.
void open_at_read_back(const WeightMark& weight, const analysis::AnalysisSpec& spec, AnalysisMark& mark) {
  if (weight.since.empty()) return;
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    const analysis::MetricSpec& metric = spec.metrics[i];
    if (!std::holds_alternative<analysis::HaproxyProvider>(metric.provider) || metric.initial_delay > Millis(0))
      continue;
    mark.open[i] = {weight.since_at, weight.read_back_at, weight.since};
  }
}

void begin_analysis(Draft& draft, std::uint32_t attempt) {
  Record& record = draft.edit();
  const Analysis* analysis = analysis_of(record);
  if (analysis == nullptr) return;
  AnalysisMark mark;
  mark.run = record.rollout.str() + "/" + std::to_string(record.attempt) + "/" + std::to_string(record.step) + "/" +
             std::to_string(attempt);
  mark.attempt = attempt;
  mark.started = Stamp::of(draft.now());
  mark.open.resize(analysis->spec.metrics.size());
  mark.state = analysis::begin(analysis->spec);
  const bool follows_weight = draft.before().phase == Phase::weighing;
  if (follows_weight) open_at_read_back(record.weight, analysis->spec, mark);
  record.weight.since.clear();
  record.analysis = std::move(mark);
}

void observe_analysis(Draft& draft) {
  const Analysis* analysis = analysis_of(draft.record());
  if (analysis == nullptr || !draft.record().analysis || waits_for_person(draft.record())) return;
  for (std::size_t i = 0; i < analysis->spec.metrics.size(); ++i) observe_metric(draft, analysis->spec, i);
  const AnalysisMark& mark = *draft.record().analysis;
  if (auto decision = analysis::decided(mark.state, analysis->spec)) {
    decision->reason += numbers(draft.decision(), decision->metric);
    return settle(draft, *decision);
  }
  if (elapsed(mark.started, draft.now(), analysis->duration) < analysis->duration) return;
  if (ends_too_soon(draft, *analysis)) return;
  const analysis::Decision end = analysis::conclude(mark.state, analysis->spec);
  if (end.outcome != analysis::Outcome::pass || !draft.paused()) settle(draft, end);
}

}  // namespace depops::rollout

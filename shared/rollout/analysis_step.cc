#include <algorithm>

#include "shared/rollout/analysis_course.h"
#include "shared/rollout/desired.h"

// The analysis step.
namespace depops::rollout {
namespace {

// At the end of the duration an agent that was away for most of it, or that a slow disk held up, has yet to look: each
// metric has a window judged first (a reading that does not come counts as failed in time), and if none has passed yet,
// as much time more as a reading may be late.
bool ends_too_soon(const Draft& draft, const Analysis& analysis) {
  const AnalysisMark& mark = *draft.record().analysis;
  if (!analysis::was_judged(mark.state, analysis.spec)) return true;
  const Millis longest = analysis.duration + kReadingGrace;
  return !analysis::has_passed(mark.state, analysis.spec) && elapsed(mark.started, draft.now(), longest) < longest;
}

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

}  // namespace

void begin_analysis(Draft& draft, std::uint32_t attempt) {
  Record& record = draft.edit();
  const Analysis* analysis = analysis_of(record);
  if (analysis == nullptr) return;
  const std::string run =
      record.rollout.str() + "/" + std::to_string(record.attempt) + "/" + std::to_string(record.step);
  AnalysisMark mark = fresh_mark(run, attempt, analysis->spec, draft.now());
  const bool follows_weight = draft.before().phase == Phase::weighing;
  if (follows_weight) open_at_read_back(record.weight, analysis->spec, mark);
  record.weight.since.clear();
  record.analysis = std::move(mark);
}

void observe_analysis(Draft& draft) {
  const Analysis* analysis = analysis_of(draft.record());
  if (analysis == nullptr || !draft.record().analysis || waits_for_person(draft.record())) return;
  const Course course{&Record::analysis, &analysis->spec, {}};
  observe_metrics(draft, course, false);
  const auto passed = [&](const analysis::Decision& decision) {
    if (decision.outcome != analysis::Outcome::pass) return settle_doubt(draft, decision);
    if (!draft.paused()) go_past_step(draft, self(), "analysis passed. " + decision.reason);
  };
  if (const auto decision = decided_now(draft, course)) return passed(*decision);
  const AnalysisMark& mark = *draft.record().analysis;
  if (elapsed(mark.started, draft.now(), analysis->duration) < analysis->duration) return;
  if (!ends_too_soon(draft, *analysis)) passed(analysis::conclude(mark.state, analysis->spec));
}

}  // namespace depops::rollout

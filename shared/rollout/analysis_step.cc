#include <algorithm>

#include "shared/rollout/analysis_course.h"
#include "shared/rollout/desired.h"
#include "shared/rollout/watching.h"

// The analysis step.
namespace depops::rollout {
namespace {

// At the end of the duration an agent that was away for a part of it, or that a slow disk held up, has yet to look:
// each metric has a window judged first (a reading that does not come counts as failed in time), and those that are
// over are. If none has passed yet, or the agent was away and what it saw is not enough, the step goes on until it was
// watched for its duration and as much time more as a reading may be late.
bool ends_too_soon(Draft& draft, const Analysis& analysis, const analysis::Decision& end) {
  const AnalysisMark& mark = *draft.record().analysis;
  const Course course{&Record::analysis, &analysis.spec, {}};
  if (!analysis::was_judged(mark.state, analysis.spec) || awaits_reading(draft, course, false)) return true;
  if (end.outcome == analysis::Outcome::pass || end.outcome == analysis::Outcome::fail) return false;
  const Millis longest = analysis.duration + kReadingGrace;
  const Millis ran = elapsed(mark.started, draft.now(), longest);
  const Millis watched = watched_for(draft, longest);
  if (watched >= ran && analysis::has_passed(mark.state, analysis.spec)) return false;
  return std::min(ran, watched) < longest;
}

// The requests by which the weight was verified went to the new version too: the first windows open where the weight
// was read back, so that a bad version is not served for longer than one interval before it is judged.
void open_at_read_back(const WeightMark& weight, const analysis::AnalysisSpec& spec, AnalysisMark& mark) {
  if (weight.since->empty()) return;
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    const analysis::MetricSpec& metric = spec.metrics[i];
    if (!std::holds_alternative<analysis::HaproxyProvider>(metric.provider) || metric.initial_delay > Millis(0))
      continue;
    mark.open[i] = {weight.since_at, weight.read_back_at, weight.since};
  }
}

// A reading to start from, or a window that was judged.
bool has_begun(const AnalysisMark& mark, const analysis::AnalysisSpec& spec) {
  for (std::size_t i = 0; i < spec.metrics.size(); ++i) {
    const bool counts = !spec.metrics[i].dry_run && mark.open[i].from == Instant{};
    if (counts && !analysis::was_judged(mark.state.metrics[i])) return false;
  }
  return true;
}

// What passed while no agent was there is in the counters that it read before. Where it had read none yet, nobody knows
// of it: the duration counts from its first reading, or a bad version passed by the one window that was left.
void count_from_return(Draft& draft, const Analysis& analysis) {
  const AnalysisMark& mark = *draft.record().analysis;
  const Millis ran = elapsed(mark.started, draft.now(), analysis.duration);
  const std::optional<Stamp> since = watching_since(draft);
  if (!since || has_begun(mark, analysis.spec)) return;
  if (elapsed(*since, draft.now(), analysis.duration) < ran) draft.edit().analysis->started = *since;
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
  record.weight.since = {};
  record.analysis = std::move(mark);
}

void observe_analysis(Draft& draft) {
  const Analysis* analysis = analysis_of(draft.record());
  if (analysis == nullptr || !draft.record().analysis || waits_for_person(draft.record())) return;
  const Course course{&Record::analysis, &analysis->spec, {}};
  count_from_return(draft, *analysis);
  observe_metrics(draft, course, false);
  const auto passed = [&](const analysis::Decision& decision) {
    if (decision.outcome != analysis::Outcome::pass) return settle_doubt(draft, decision);
    if (!draft.paused()) go_past_step(draft, self(), "analysis passed. " + decision.reason);
  };
  if (const auto decision = decided_now(draft, course)) return passed(*decision);
  const AnalysisMark& mark = *draft.record().analysis;
  if (elapsed(mark.started, draft.now(), analysis->duration) < analysis->duration) return;
  const analysis::Decision end = analysis::conclude(mark.state, analysis->spec);
  if (!ends_too_soon(draft, *analysis, end)) passed(end);
}

}  // namespace depops::rollout

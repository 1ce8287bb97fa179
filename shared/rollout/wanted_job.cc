#include "shared/rollout/wanted_job.h"

#include <algorithm>

#include "shared/rollout/analysis_course.h"
#include "shared/rollout/desired.h"

namespace depops::rollout {
namespace {

void add_wanted(std::vector<WantedMeasure>& wanted, const AnalysisMark& mark, const analysis::AnalysisSpec& spec,
                const Stamp& floor, const Moment& now) {
  for (std::size_t i = 0; i < spec.metrics.size() && i < mark.open.size(); ++i) {
    const analysis::MetricSpec& metric = spec.metrics[i];
    const auto* job = std::get_if<analysis::JobProvider>(&metric.provider);
    if (job == nullptr || !is_due(mark, metric, i, floor, now)) continue;
    wanted.push_back(
        {measure_key(mark, metric.name, mark.open[i].number), metric.name, HookJob{job->manifest}, job->timeout});
  }
}

analysis::Window measured_window(const AnalysisMark& mark, const OpenWindow& open, Instant now) {
  const Instant from = open.from == Instant{} ? mark.started.wall : open.from;
  return {std::min(from, now), now, {}, {}};
}

void take_measure(Draft& draft, const Course& course, std::size_t index, const analysis::Input& input,
                  const std::string& words) {
  judge_metric(draft, course, index, input, words);
  OpenWindow& open = (draft.edit().*course.mark)->open[index];
  open = {draft.now().wall, Stamp::of(draft.now()), {}, open.number + 1};
}

// Whoever carries it out tells its end shortly after its limit at the latest.
bool end_is_late(Draft& draft, const Stamp& base, Millis wait, Millis timeout) {
  const Millis limit = wait + timeout + kJobGrace;
  if (elapsed(base, draft.now(), limit) < limit) return false;
  return elapsed(draft.watch().since, draft.now(), timeout + kJobGrace) >= timeout + kJobGrace;
}

const HookFact* end_of(const Draft& draft, const std::string& key) {
  if (draft.view().hooks == nullptr) return nullptr;
  const auto fact = std::ranges::find(*draft.view().hooks, key, &HookFact::key);
  const bool ended = fact != draft.view().hooks->end() && fact->outcome != HookOutcome::running;
  return ended ? &*fact : nullptr;
}

}  // namespace

std::string measure_key(const AnalysisMark& mark, const MetricName& metric, std::uint32_t number) {
  return mark.run + "/" + metric.str() + "/" + std::to_string(number);
}

std::vector<WantedMeasure> wanted_measures(const Record& record, const Moment& now) {
  std::vector<WantedMeasure> wanted;
  if (waits_for_person(record)) return wanted;
  const Analysis* analysis = analysis_of(record);
  if (analysis != nullptr && record.analysis) add_wanted(wanted, *record.analysis, analysis->spec, {}, now);
  const Background* background = background_of(record);
  if (background != nullptr && record.background)
    add_wanted(wanted, *record.background, background->spec, exposed_since(record).value_or(Stamp{}), now);
  return wanted;
}

void observe_measure(Draft& draft, const Course& course, std::size_t index) {
  const analysis::MetricSpec& metric = course.spec->metrics[index];
  const AnalysisMark& mark = *(draft.record().*course.mark);
  if (!is_due(mark, metric, index, course.floor, draft.now())) return;
  const OpenWindow& open = mark.open[index];
  const analysis::Window window = measured_window(mark, open, draft.now().wall);
  const HookFact* fact = end_of(draft, measure_key(mark, metric.name, open.number));
  if (fact != nullptr) {
    const bool complete = fact->outcome == HookOutcome::done;
    if (!complete && fact->outcome != HookOutcome::failed)
      return take_measure(draft, course, index, analysis::MeasuringFailed{window, fact->text}, {});
    return take_measure(draft, course, index, analysis::SampledValues{window, complete ? 0.0 : 1.0, std::nullopt},
                        fact->text);
  }
  const Stamp base = base_of(mark, open, course.floor, draft.now());
  const Millis wait = open.from == Instant{} ? metric.initial_delay : metric.interval;
  if (end_is_late(draft, base, wait, std::get<analysis::JobProvider>(metric.provider).timeout))
    take_measure(draft, course, index, analysis::MeasuringFailed{window, "what became of its Job was not told in time"},
                 {});
}

}  // namespace depops::rollout

#include "shared/rollout/desired.h"

#include <algorithm>

namespace depops::rollout {

Snapshot target_of(const Record& record) {
  if (record.phase == Phase::idle || !record.plan) return nullptr;
  return {record.plan, &record.plan->target};  // shares ownership with the plan
}

Wanted desired_of(const Record& record) {
  Wanted wanted;
  wanted.order = record.order;
  const Snapshot target = target_of(record);
  const bool exists = target && record.target_replicas > 0;
  const std::uint32_t percent = exists ? record.weight.percent : 0;
  if (exists) wanted.sets.push_back({target, record.target_replicas, percent});
  if (exists) wanted.forced = record.routes.routes;
  if (record.warm) wanted.sets.push_back({record.warm->snapshot, record.warm->replicas, 0});
  if (record.stable) {
    wanted.sets.push_back({record.stable, record.stable_replicas, record.stable_replicas > 0 ? 100 - percent : 0});
  }
  if (target) wanted.hold.push_back(target);
  if (record.next) wanted.hold.push_back({record.next->plan, &record.next->plan->target});
  if (record.stable) wanted.hold.push_back(record.stable);
  wanted.hold.insert(wanted.hold.end(), record.history.begin(), record.history.end());
  return wanted;
}

const Analysis* analysis_of(const Record& record) {
  if (record.phase != Phase::analyzing || !record.plan) return nullptr;
  const auto* canary = std::get_if<Canary>(&record.plan->strategy);
  if (canary == nullptr || record.step >= canary->steps.size()) return nullptr;
  return std::get_if<Analysis>(&canary->steps[record.step]);
}

const Background* background_of(const Record& record) {
  if (!record.plan || record.strategy_skipped) return nullptr;
  const bool forward = record.phase != Phase::idle && record.phase != Phase::preflight &&
                       record.phase != Phase::aborting && record.phase != Phase::draining;
  const auto* canary = std::get_if<Canary>(&record.plan->strategy);
  if (!forward || canary == nullptr || !canary->background) return nullptr;
  return record.step >= canary->background->from ? &*canary->background : nullptr;
}

std::optional<Stamp> exposed_since(const Record& record) {
  if (record.weight.percent > 0) {
    return record.weight.verified_level >= 1 ? std::optional(record.weight.read_back_at) : std::nullopt;
  }
  const RouteMark& mark = record.routes;
  return mark.read_back && !mark.routes.empty() ? std::optional(mark.read_back_at) : std::nullopt;
}

Stamp base_of(const AnalysisMark& mark, const OpenWindow& open, const Stamp& floor, const Moment& now) {
  const bool untouched = open.from == Instant{} && open.opened == Stamp{};
  const Stamp& base = untouched ? mark.started : open.opened;
  constexpr Millis kLong = std::chrono::hours(24 * 365);
  return elapsed(floor, now, kLong) < elapsed(base, now, kLong) ? floor : base;
}

bool is_due(const AnalysisMark& mark, const analysis::MetricSpec& metric, std::size_t index, const Stamp& floor,
            const Moment& now) {
  if (analysis::finished(mark.state.metrics[index], metric)) return false;
  const OpenWindow& open = mark.open[index];
  const Millis wait = open.from == Instant{} ? metric.initial_delay : metric.interval;
  return elapsed(base_of(mark, open, floor, now), now, wait) >= wait;
}

namespace {

void add_due(std::vector<const analysis::MetricSpec*>& due, const AnalysisMark& mark,
             const analysis::AnalysisSpec& spec, const Stamp& floor, const Moment& now) {
  for (std::size_t i = 0; i < spec.metrics.size() && i < mark.open.size(); ++i) {
    const analysis::MetricSpec& metric = spec.metrics[i];
    if (std::holds_alternative<analysis::HaproxyProvider>(metric.provider)) continue;
    if (std::holds_alternative<analysis::JobProvider>(metric.provider)) continue;  // wanted_job.h
    if (is_due(mark, metric, i, floor, now)) due.push_back(&metric);
  }
}

}  // namespace

std::vector<const analysis::MetricSpec*> due_metrics(const Record& record, const Moment& now) {
  std::vector<const analysis::MetricSpec*> due;
  const Analysis* analysis = analysis_of(record);
  if (analysis != nullptr && record.analysis) add_due(due, *record.analysis, analysis->spec, {}, now);
  const Background* background = background_of(record);
  if (background != nullptr && record.background)
    add_due(due, *record.background, background->spec, exposed_since(record).value_or(Stamp{}), now);
  return due;
}

}  // namespace depops::rollout

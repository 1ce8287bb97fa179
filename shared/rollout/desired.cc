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

std::vector<const analysis::MetricSpec*> due_metrics(const Record& record, const Moment& now) {
  std::vector<const analysis::MetricSpec*> due;
  const Analysis* analysis = analysis_of(record);
  if (analysis == nullptr || !record.analysis) return due;
  for (std::size_t i = 0; i < analysis->spec.metrics.size() && i < record.analysis->open.size(); ++i) {
    const analysis::MetricSpec& metric = analysis->spec.metrics[i];
    if (std::holds_alternative<analysis::HaproxyProvider>(metric.provider)) continue;
    if (analysis::finished(record.analysis->state.metrics[i], metric)) continue;
    const OpenWindow& open = record.analysis->open[i];
    const bool first = open.from == Instant{};
    const Stamp& base = first ? record.analysis->started : open.opened;
    const Millis wait = first ? metric.initial_delay : metric.interval;
    if (elapsed(base, now, wait) >= wait) due.push_back(&metric);
  }
  return due;
}

}  // namespace depops::rollout

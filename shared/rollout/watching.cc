#include "shared/rollout/watching.h"

#include "shared/analysis/run.h"
#include "shared/rollout/desired.h"

namespace depops::rollout {
namespace {

constexpr Millis kLookAround = 2 * kGuardWindow + Millis(1'000);  // two windows, and the readings that close them
constexpr Millis kLong = std::chrono::hours(24 * 365);

bool was_away(Draft& draft) {
  return elapsed(draft.record().entered, draft.now(), kLong) > elapsed(draft.watch().since, draft.now(), kLong);
}

}  // namespace

std::optional<Stamp> watching_since(Draft& draft) {
  const Watch& watch = draft.watch();
  if (watch.read) return watch.read;
  if (elapsed(watch.since, draft.now(), kReadingGrace) < kReadingGrace) return std::nullopt;
  return watch.since;
}

Millis watched_for(Draft& draft, Millis most) {
  const std::optional<Stamp> since = watching_since(draft);
  return since ? elapsed(*since, draft.now(), most) : Millis(0);
}

bool awaits_reading(const Draft& draft, const Course& course, bool only_absolute) {
  const AnalysisMark& mark = *(draft.record().*course.mark);
  for (std::size_t i = 0; i < course.spec->metrics.size(); ++i) {
    const analysis::MetricSpec& metric = course.spec->metrics[i];
    if (metric.dry_run || std::holds_alternative<analysis::JobProvider>(metric.provider)) continue;
    if (only_absolute && analysis::compares(metric.test)) continue;
    if (mark.open[i].from != Instant{} && is_due(mark, metric, i, course.floor, draft.now())) return true;
  }
  return false;
}

bool has_yet_to_look(Draft& draft) {
  if (background_awaits_reading(draft)) return true;
  return was_away(draft) && watched_for(draft, kLookAround) < kLookAround;
}

}  // namespace depops::rollout

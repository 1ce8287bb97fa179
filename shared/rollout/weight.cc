#include <algorithm>
#include <cmath>

#include "shared/analysis/window.h"
#include "shared/rollout/analysis_course.h"
#include "shared/rollout/desired.h"
#include "shared/rollout/draft.h"

// What is watched all the time: whether the weight is what was ordered, and who else changed it.
namespace depops::rollout {
namespace {

// Requests since the weight was read back.
analysis::WindowCut since_read_back(const Draft& draft) {
  const analysis::Reading from{MetricName("traffic"), draft.record().weight.since_at, *draft.record().weight.since};
  return analysis::window_between(from, reading_of(draft), draft.plan().target.set,
                                  draft.record().stable ? draft.record().stable->set : SetId());
}

bool within_tolerance(const analysis::Window& window, std::uint32_t percent) {
  const double n = static_cast<double>(window.canary.requests + window.stable.requests);
  const double share = static_cast<double>(window.canary.requests) / n;
  const double w = percent / 100.0;
  return std::abs(share - w) <= std::max(0.02, 3 * std::sqrt(w * (1 - w) / n));
}

bool read_back(const View& view, std::uint32_t percent) {
  if (percent == 0 || percent == 100) return view.target_share == percent;
  return view.target_share + 1 >= percent && view.target_share <= percent + 1;
}

// Rolling follows the number of instances, a first deployment has nothing to divide, and some routers count nothing:
// reading back is enough there.
bool needs_measuring(const Draft& draft) {
  const Record& record = draft.record();
  if (!draft.view().counted) return false;
  return record.weight.percent > 0 && record.stable && std::holds_alternative<Canary>(draft.plan().strategy);
}

Millis verify_budget(const Draft& draft) { return std::min(kVerifyBudget, draft.plan().step_timeout / 2); }

}  // namespace

analysis::Reading reading_of(const Draft& draft) {
  static const MetricName kTraffic("traffic");
  return {kTraffic, draft.view().router_at, rows_under_test(draft)};
}

std::vector<analysis::CounterRow> rows_under_test(const Draft& draft) {
  const View& view = draft.view();
  std::vector<analysis::CounterRow> rows = *view.counters;
  const bool forced = draft.record().weight.percent == 0 && !draft.record().routes.routes.empty();
  if (forced && view.forced_counters != nullptr)
    rows.insert(rows.end(), view.forced_counters->begin(), view.forced_counters->end());
  return rows;
}

void verify_weight(Draft& draft) {
  const View& view = draft.view();
  const WeightMark& weight = draft.record().weight;
  const bool ordered = weight.ordered_at != Stamp{};
  if (!view.weights && ordered && weight.verified_level == 0) {
    draft.edit().weight.verified_level = 1;  // by the number of instances, and by nothing else
    draft.edit().weight.read_back_at = Stamp::of(draft.now());
    return draft.changed();
  }
  if (!view.weights || !view.router || !ordered || weight.verified_level >= 3) return;
  if (weight.verified_level < 2) {
    if (!read_back(view, weight.percent)) return;
    WeightMark& next = draft.edit().weight;
    next.verified_level = 2;
    next.read_back_at = Stamp::of(draft.now());
    next.since = needs_measuring(draft) ? *view.counters : std::vector<analysis::CounterRow>{};
    next.since_at = view.router_at;
    draft.edit().progress.at = next.read_back_at;
    return draft.changed();
  }
  if (!needs_measuring(draft)) return;
  const analysis::WindowCut cut = since_read_back(draft);
  if (!cut.broken.empty()) {
    draft.edit().weight.since = *view.counters;
    draft.edit().weight.since_at = view.router_at;
    return;
  }
  const std::uint64_t n = cut.window.canary.requests + cut.window.stable.requests;
  if (n < kVerifyRequests || !within_tolerance(cut.window, weight.percent)) return;
  draft.edit().weight.verified_level = 3;
  draft.changed();
}

int weight_state(const Draft& draft) {
  const WeightMark& weight = draft.record().weight;
  if (!draft.view().weights) return 1;
  if (weight.percent == 0 && weight.ordered_at == Stamp{}) return 1;
  if (weight.verified_level >= 3) return 1;
  if (weight.verified_level < 2) return 0;
  if (!needs_measuring(draft)) return 1;
  const Millis budget = verify_budget(draft);
  if (elapsed(weight.read_back_at, draft.now(), budget) < budget) return 0;
  if (!draft.view().router) return 0;
  const analysis::Window window = since_read_back(draft).window;
  return window.canary.requests + window.stable.requests < kVerifyRequests ? 1 : -1;
}

namespace {

void put_right(Draft& draft, const std::string& what) {
  draft.take(Trigger::drift, self(), what + ": put right");
  Record& record = draft.edit();
  record.drift.last = Stamp::of(draft.now());
  ++record.order;
  record.weight.verified_level = 0;
  record.weight.since = {};
  if (!record.routes.routes.empty()) record.routes.read_back = false;
  if (record.phase == Phase::idle) record.weight = {};
  if (record.phase == Phase::analyzing && record.analysis) close_windows(*record.analysis, draft.now());
  if (record.background) close_windows(*record.background, draft.now());
  draft.note(DriftSeen{draft.now().wall, record.service, record.rollout, what, true});
}

void leave_as_is(Draft& draft, const std::string& what) {
  draft.take(Trigger::drift_again, self(), what + ": again within 10 min, left as it is; find out who writes it");
  Record& record = draft.edit();
  record.drift.standing = true;
  draft.note(DriftSeen{draft.now().wall, record.service, record.rollout, what, false});
  if (record.phase != Phase::idle) draft.add_pause(PauseReason::drift, self(), what);
}

}  // namespace

bool take_drift(Draft& draft, const std::string& what) {
  const DriftMark& drift = draft.record().drift;
  const bool aborting = draft.record().phase == Phase::aborting;
  const Millis window = aborting ? kReassertGap : kDriftWindow;
  const bool recent = drift.last && elapsed(*drift.last, draft.now(), window) < window;
  if (!recent) {
    put_right(draft, what);
    draft.edit().drift.standing = false;
    return true;
  }
  if (aborting || drift.standing) return false;
  leave_as_is(draft, what);
  return true;
}

}  // namespace depops::rollout

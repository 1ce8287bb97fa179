#include <algorithm>

#include "shared/analysis/window.h"
#include "shared/rollout/draft.h"
#include "shared/rollout/rolling.h"

// Guards that need no configuration: the target ends by itself, loses its readiness, or fails half of its requests.
namespace depops::rollout {
namespace {

bool half_failed(const analysis::Arm& canary) { return 2 * canary.errors >= canary.requests; }

bool keeps_ending(const Draft& draft, std::string& why) {
  const View& view = draft.view();
  if (!view.runtime || view.target.restarts < kGuardRestarts + draft.record().forgiven_restarts) return false;
  why = "the new version ended by itself " + std::to_string(view.target.restarts) + " times: " + view.target.trouble;
  return true;
}

// A rollout has to live with so many instances less, whatever it is that took them: what its strategy allows, and a
// quarter, so that a node that is lost is not the new version's fault.
std::uint32_t may_be_missing(const Draft& draft, std::uint32_t most) {
  return std::max(bounds_of_plan(draft.plan(), most).unavailable, most / 4);
}

// What stable lost alike has a cause that going back does not take away.
bool is_lost_alike(std::uint32_t lost, std::uint32_t most, const Draft& draft) {
  const std::uint64_t ordered = draft.record().stable_replicas;
  const std::uint64_t has = std::min<std::uint64_t>(draft.view().stable.available, ordered);
  return ordered > 0 && 2 * (ordered - has) * most >= lost * ordered;
}

// Instances that were there under the present orders and are not any more. What is available counts, not what the
// router takes, whose own checks may be at fault. Without an earlier version there is nothing better to go back to.
bool loses_readiness(Draft& draft, std::string& why) {
  const Record& record = draft.record();
  const View& view = draft.view();
  if (!view.runtime) return false;
  const std::uint32_t most = std::min(record.progress.target_available, record.target_replicas);
  const std::uint32_t lost = most - std::min(most, view.target.available);
  const bool matters = record.stable && record.weight.percent > 0 && record.weight.verified_level > 0;
  Watch& watch = draft.watch();
  if (!matters || lost <= may_be_missing(draft, most) || is_lost_alike(lost, most, draft)) {
    watch.unready.reset();
    return false;
  }
  if (!watch.unready) watch.unready = Stamp::of(draft.now());
  if (elapsed(*watch.unready, draft.now(), kGuardUnready) < kGuardUnready) return false;
  why = "the new version lost " + std::to_string(lost) + " of " + std::to_string(most) + " instances for " +
        std::to_string(kGuardUnready.count() / 1'000) + " s, and the earlier version did not";
  if (!view.target.trouble.empty()) why += ": " + view.target.trouble;
  return true;
}

void open_window(Watch& watch, const Moment& now, const Stamp& ordered_at, analysis::Reading opening) {
  watch.opened = Stamp::of(now);
  watch.weight_ordered = ordered_at;
  watch.opening = std::move(opening);
}

bool fails_requests(Draft& draft, std::string& why) {
  const View& view = draft.view();
  Watch& watch = draft.watch();
  const Record& record = draft.record();
  const bool weighed = record.weight.percent > 0;
  const Stamp& ordered_at = weighed ? record.weight.ordered_at : record.routes.ordered_at;
  if (!view.router || (!weighed && record.routes.routes.empty())) return false;
  if (watch.weight_ordered != ordered_at || watch.opening.rows.empty()) {
    watch.bad = 0;
    open_window(watch, draft.now(), ordered_at, reading_of(draft));
    return false;
  }
  if (elapsed(watch.opened, draft.now(), kGuardWindow) < kGuardWindow) return false;
  analysis::Reading now = reading_of(draft);
  const SetId stable = record.stable ? record.stable->set : SetId();
  const analysis::WindowCut cut = analysis::window_between(watch.opening, now, draft.plan().target.set, stable);
  if (cut.broken.empty() && cut.window.canary.requests < kGuardRequests) return false;
  watch.bad = cut.broken.empty() && half_failed(cut.window.canary) ? watch.bad + 1 : 0;
  open_window(watch, draft.now(), ordered_at, std::move(now));
  if (watch.bad < 2) return false;
  why = "the new version failed " + std::to_string(cut.window.canary.errors) + " of its last " +
        std::to_string(cut.window.canary.requests) + " requests, half or more twice in a row";
  return true;
}

}  // namespace

bool guard_tripped(Draft& draft, std::string& why) {
  return keeps_ending(draft, why) || loses_readiness(draft, why) || fails_requests(draft, why);
}

}  // namespace depops::rollout

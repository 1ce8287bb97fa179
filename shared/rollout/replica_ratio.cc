#include <algorithm>
#include <string>

#include "shared/rollout/draft.h"
#include "shared/rollout/replica_canary.h"
#include "shared/rollout/rolling.h"

// A canary where nobody divides requests by weight: the share of the instances is the share of the requests. The stable
// version grows first, then the canary; on the way there only stable shrinks, on the way back only the target.
namespace depops::rollout {
namespace {

Side side_of(std::uint32_t spec, const SetView& set) { return {spec, std::min(set.routable, spec)}; }

// What the instances that are there make of the requests.
void follow_instances(Draft& draft, const Side& target, const Side& stable) {
  draft.order_weight(share_of(target.available, stable.available));
}

std::string haproxy_metric_of(const analysis::AnalysisSpec& spec) {
  for (const analysis::MetricSpec& metric : spec.metrics)
    if (std::holds_alternative<analysis::HaproxyProvider>(metric.provider)) return metric.name.str();
  return {};
}

std::string no_counters(const analysis::AnalysisSpec& spec) {
  const std::string metric = haproxy_metric_of(spec);
  if (metric.empty()) return {};
  return "metric " + metric + " of analysis " + spec.name.str() +
         " counts requests at HAProxy, and the router here counts none; give it another provider, like prometheus or "
         "scrape";
}

std::string not_for_step(const Step& step) {
  if (std::holds_alternative<SetScale>(step))
    return "setScale: nobody divides requests by weight here, so more instances would get more requests; leave it out";
  if (std::holds_alternative<SetHeader>(step))
    return "setHeader: nobody here leads requests by a header or cookie; leave it out, or give the site a router";
  const auto* analysis = std::get_if<Analysis>(&step);
  return analysis != nullptr ? no_counters(analysis->spec) : std::string();
}

}  // namespace

std::string not_by_ratio(const Draft& draft) {
  const auto* canary = std::get_if<Canary>(&draft.plan().strategy);
  if (draft.view().weights || draft.record().strategy_skipped || draft.plan().kind == ReleaseKind::rollback) return {};
  if (draft.plan().keep_warm > Millis(0))
    return "keepOldFor: nobody divides requests by weight here, so what is kept would go on getting some; leave it out";
  if (canary == nullptr) return {};
  if (canary->ladder == Ladder::blue_green)
    return "blueGreen: nobody moves all requests at once here, instances of both versions would get them; use rolling";
  for (std::size_t i = 0; i < canary->steps.size(); ++i) {
    const std::string why = not_for_step(canary->steps[i]);
    if (!why.empty()) return "step " + std::to_string(i + 1) + ": " + why;
  }
  return canary->background ? no_counters(canary->background->spec) : std::string();
}

bool go_by_ratio(Draft& draft, std::uint32_t percent) {
  const View& view = draft.view();
  if (!view.runtime || !view.router) return false;
  const std::uint32_t n = draft.target_n();
  const Bounds bounds = bounds_now(draft, n);
  const Side stable = side_of(draft.record().stable_replicas, view.stable);
  const Side target = side_of(draft.record().target_replicas, view.target);
  const Counts next = next_by_ratio({n, percent, bounds, stable, target, 0});
  draft.order_stable(next.stable);
  draft.order_target(next.canary);
  follow_instances(draft, side_of(next.canary, view.target), side_of(next.stable, view.stable));
  const Counts wanted = split_by_ratio(n, percent, bounds.surge);
  return next == wanted && target.spec == wanted.canary && stable.spec == wanted.stable &&
         target.available >= wanted.canary && stable.available >= wanted.stable;
}

void observe_ratio(Draft& draft, std::uint32_t percent) {
  if (!go_by_ratio(draft, percent)) return;
  const Record& record = draft.record();
  const std::string counts = std::to_string(record.target_replicas) + " of " +
                             std::to_string(record.target_replicas + record.stable_replicas) + " instances";
  draft.take(Trigger::enough, self(),
             counts + " for " + std::to_string(percent) + " % of the requests: nobody divides them by weight here");
}

void bring_back_by_ratio(Draft& draft) {
  const View& view = draft.view();
  const std::uint32_t n = draft.stable_n();
  const Bounds bounds = bounds_now(draft, n);
  draft.order_stable(next_new(n, bounds, draft.record().stable_replicas, draft.record().target_replicas));
  if (draft.record().abort && draft.record().abort->urgent) {  // what can not serve is worse than what is too few
    draft.order_target(0);
    return draft.order_weight(0);
  }
  if (!view.runtime || !view.router) return;
  const Side stable = side_of(draft.record().stable_replicas, view.stable);
  const Side target = side_of(draft.record().target_replicas, view.target);
  draft.order_target(next_old(carrying_size(draft.record()), bounds, stable, target));
  const std::uint32_t left = std::min(target.available, draft.record().target_replicas);
  draft.order_weight(std::min(draft.record().weight.percent, share_of(left, stable.available)));
}

}  // namespace depops::rollout

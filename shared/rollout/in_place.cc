#include <string>

#include "shared/rollout/draft.h"
#include "shared/rollout/rolling.h"

// Where a version takes the place of another one, instance by instance, as in a StatefulSet or a DaemonSet: there is
// never one more than the service has, and both can not be whole at the same time.
namespace depops::rollout {
namespace {

std::string shown(const CountOrPercent& amount) { return std::to_string(amount.value) + (amount.percent ? "%" : ""); }

std::string kind_of(const Draft& draft) {
  return draft.view().stable.turns == Turns::by_need ? "a DaemonSet" : "a StatefulSet";
}

std::string surges(const Draft& draft, const CountOrPercent& surge) {
  if (bounds_of_plan(draft.plan(), draft.target_n()).surge == 0) return {};
  return "maxSurge " + shown(surge) + ": " + kind_of(draft) +
         " has no instance beside those that it has; use maxSurge: 0 and maxUnavailable: 1";
}

}  // namespace

std::string not_in_place(const Draft& draft) {
  if (!draft.in_place() || draft.record().strategy_skipped || draft.plan().kind == ReleaseKind::rollback) return {};
  if (draft.plan().keep_warm > Millis(0))
    return "keepOldFor: in " + kind_of(draft) + " the new version takes the earlier one's place; leave it out";
  const auto* canary = std::get_if<Canary>(&draft.plan().strategy);
  if (canary == nullptr) return surges(draft, std::get<Rolling>(draft.plan().strategy).max_surge);
  if (canary->ladder == Ladder::blue_green)
    return "blueGreen: " + kind_of(draft) +
           " can not have all instances of both versions; use rolling with maxSurge: 0";
  if (draft.view().weights)
    return "canary: the router here divides requests by weight, and in " + kind_of(draft) +
           " the new version takes the earlier one's place; use rolling with maxSurge: 0, or a site whose router is "
           "replicaRatio";
  return surges(draft, canary->max_surge);
}

Bounds bounds_now(const Draft& draft, std::uint32_t n) {
  Bounds bounds = bounds_of_plan(draft.plan(), n);
  if (!draft.in_place()) return bounds;
  bounds.surge = 0;  // also when going back with a plan that was never looked at for it
  if (bounds.unavailable == 0) bounds.unavailable = 1;
  return bounds;
}

}  // namespace depops::rollout

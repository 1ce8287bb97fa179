#include "agent/kubernetes/manifests/edit.h"
#include "agent/kubernetes/workloads/disruption.h"
#include "agent/kubernetes/workloads/hands.h"
#include "shared/rollout/companions.h"

// What is asked of quotas and budgets before anything is made.
namespace depops::agent::kubernetes {
namespace {

constexpr unsigned kQuotasMost = 50;
constexpr unsigned kBudgetsMost = 200;

const Way kToPod{"spec", "template", "spec"};

// Empty: nothing is in the way.
Result<void> unless(const std::string& why) {
  if (why.empty()) return {};
  return Error{Errc::refused, why};
}

}  // namespace

Resource resource_quotas() { return {ApiGroup(""), ApiVersion("v1"), Plural("resourcequotas"), "ResourceQuota", true}; }

// Of pods for which a quota has no room a set begins with none. One that has some already gets as many as there is room
// for: on the way back a part of them is better than nothing. Who may not read quotas hears of them from the server.
Result<void> Hands::room_for(const PodNeeds& needs, std::uint32_t pods) {
  return unless(does_not_fit(quotas(), needs, pods));
}

std::vector<json::Value> Hands::quotas() {
  std::vector<json::Value> found;
  const auto page = client_.list(resource_quotas(), settings_.policy.space, {}, kQuotasMost);
  if (!page.ok()) return found;
  for (const Object& object : page->items) found.push_back(object.body);
  return found;
}

// The server asks budgets about evictions and never about scaling, so that is ours to do. Of a server that does not let
// us read them nothing is known.
Result<void> Hands::within_budgets(const std::optional<rollout::Dip>& dip, const VersionObjects& objects) {
  if (!dip || dip->lowest >= dip->whole) return {};
  const auto kind = discovery_.find(pod_disruption_budgets());
  if (!kind.ok()) return {};
  const auto page = client_.list(*kind, settings_.policy.space, {}, kBudgetsMost);
  if (!page.ok()) return {};
  const json::Value& labels = at(objects.workload, {"spec", "template", "metadata", "labels"});
  const Selects none = kind->version == ApiVersion("v1beta1") ? Selects::nothing : Selects::all;
  for (const Object& object : page->items) {
    DEPOPS_TRY_VOID(unless(breaks_budget(object.body, none, labels, *dip)));
  }
  return {};
}

// The version and all of its companions, before the first of them is made: what would stand still in the middle does
// not begin. Neither does one that has no room for the pods of its own with which it begins.
Result<void> Hands::room_to_begin(const Prepare& call, const Manifests& manifests, const VersionObjects& own,
                                  std::uint32_t pods) {
  std::vector<Together> moments = call.crowds;
  if (call.height > 0) moments.push_back({call.height});
  if (moments.empty() && pods == 0) return {};
  const auto limits = quotas();
  for (const Together& moment : moments) {
    DEPOPS_TRY(const auto plan, planned_pods(call, manifests, own, moment.target));
    DEPOPS_TRY_VOID(unless(plan_does_not_fit(limits, plan, moment.gone)));
  }
  return unless(does_not_fit(limits, needs_of(at(own.workload, kToPod)), pods));
}

Result<std::vector<PlannedPods>> Hands::planned_pods(const Prepare& call, const Manifests& manifests,
                                                     const VersionObjects& own, std::uint32_t replicas) const {
  std::vector<PlannedPods> plan{{needs_of(at(own.workload, kToPod)), replicas}};
  for (const auto& [name, companion] : call.snapshot.companions) {
    DEPOPS_TRY(const VersionObjects beside, version_objects(manifests, rollout::companion_of(call.snapshot, name),
                                                            settings_.site, settings_.policy));
    plan.push_back(
        {needs_of(at(beside.workload, kToPod)), rollout::companions_for(call.snapshot, companion, replicas)});
  }
  return plan;
}

}  // namespace depops::agent::kubernetes

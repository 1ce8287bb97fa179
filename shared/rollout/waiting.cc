#include <algorithm>

#include "shared/rollout/draft.h"
#include "shared/rollout/hook_step.h"
#include "shared/rollout/rehearsal.h"
#include "shared/rollout/rolling.h"
#include "shared/rollout/size.h"
#include "shared/rollout/wanted_hook.h"

// Why nothing moves: shown to people as it is.
namespace depops::rollout {
namespace {

std::string instances(const SetView& set, std::uint32_t of, const char* which) {
  std::string text = std::string(which) + " has " + std::to_string(set.routable) + " of " + std::to_string(of) +
                     " instances available";
  if (!set.trouble.empty()) text += " (" + set.trouble + ")";
  return text;
}

std::string preflight_waits(const Record& record, const View& view) {
  if (!view.artifact) {
    return "the artifact is on its way" + (view.artifact_trouble.empty() ? "" : ": " + view.artifact_trouble);
  }
  if (std::string jobs = rehearsed(record, view).waits_for; !jobs.empty()) return jobs;
  if (record.stable && record.plan->kind != ReleaseKind::rollback) {
    return instances(view.stable, stable_size(record), "stable");
  }
  return {};
}

std::string weight_waits(const Record& record, const View& view) {
  if (!view.router) {
    return view.router_trouble.empty() ? "the router was not read since the last order" : view.router_trouble;
  }
  if (record.weight.verified_level < 2) {
    return "weight " + std::to_string(record.weight.percent) + " is ordered, the router says " +
           std::to_string(view.target_share);
  }
  return "weight " + std::to_string(record.weight.percent) + " is set; its share of " +
         std::to_string(kVerifyRequests) + " requests is being measured";
}

std::string route_waits(const Record& record, const View& view) {
  if (view.target.routable == 0) return instances(view.target, std::max(record.target_replicas, 1U), "the new version");
  if (!view.router_trouble.empty()) return view.router_trouble;
  return std::to_string(record.routes.routes.size()) + " forced routes are ordered, the router has " +
         std::to_string(view.routes.size()) + " in force";
}

std::string hook_waits(const Record& record) {
  if (const auto hook = wanted_hook(record)) return "hook " + hook->name + " (" + hook->key + ") runs";
  return "a hook is tried again after a while";
}

}  // namespace

std::string waiting_for(const Record& record, const View& view) {
  if (!record.pauses.empty()) {
    const PauseMark& pause = record.pauses.front();
    return std::string("paused: ") + name_of(pause.reason) + (pause.why.empty() ? "" : ", " + pause.why);
  }
  switch (record.phase) {
    case Phase::idle:
      return {};
    case Phase::preflight:
      return preflight_waits(record, view);
    case Phase::scaling:
    case Phase::rolling:
      return instances(view.target, record.target_replicas, "the new version");
    case Phase::promoting:
      return record.weight.percent == 100 ? weight_waits(record, view)
                                          : instances(view.target, record.target_replicas, "the new version");
    case Phase::weighing:
      return weight_waits(record, view);
    case Phase::holding:
      return "pause step";
    case Phase::routing:
      return route_waits(record, view);
    case Phase::hooking:
      return hook_waits(record);
    case Phase::analyzing:
      return "analysis is running";
    case Phase::baking:
      return "the new version has all requests and is watched before the earlier one is let go";
    case Phase::draining:
      return "the earlier version ends its last requests";
    case Phase::aborting:
      if (is_undoing(record)) return hook_waits(record);
      return record.weight.percent == 0 ? instances(view.stable, record.stable_replicas, "stable")
                                        : weight_waits(record, view);
  }
  return {};
}

}  // namespace depops::rollout

#include "hub/app/approvals.h"

#include <algorithm>

#include "hub/app/registry.h"
#include "shared/rollout/approver.h"

namespace depops::hub {
namespace {

// The rollouts that wait for an approval, as their sites told last.
std::vector<const Rollout*> asking(const World& world, const DeploymentEntry& entry, const SiteName& only) {
  std::vector<const Rollout*> found;
  for (const RolloutId& id : entry.rollouts) {
    const Rollout& row = world.rollouts.at(id);
    if ((only.empty() || row.site == only) && row.status.approvals_needed > 0) found.push_back(&row);
  }
  return found;
}

bool is_excluded_at(const World& world, const Rollout& row, const Actor& actor) {
  const rollout::Plan& plan = world.plan(row.plan);
  const auto* canary = std::get_if<rollout::Canary>(&plan.strategy);
  if (canary == nullptr || row.status.step >= canary->steps.size()) return false;
  const auto* approval = std::get_if<rollout::Approval>(&canary->steps[row.status.step]);
  return approval != nullptr && rollout::is_excluded(plan, *approval, actor);
}

bool gave_it(const Rollout& row, const Actor& actor) {
  return std::any_of(row.status.approved_by.begin(), row.status.approved_by.end(),
                     [&](const std::string& by) { return rollout::person_of(Actor(by)) == rollout::person_of(actor); });
}

}  // namespace

Answer why_no_answer(const Turn& turn, const DeploymentEntry& entry, const GiveVerb& request) {
  const std::string name = entry.deployment.id.str();
  const auto waiting = asking(turn.world, entry, request.site);
  if (waiting.empty()) {
    const std::string where = request.site.empty() ? "no site of " + name : request.site.str();
    return refused(Errc::refused, where + (request.site.empty() ? " waits" : " does not wait") +
                                      " for an approval now; see: depops rollout status " + name);
  }
  if (request.verb == rollout::Verb::reject) return made("deployment/" + name);
  const auto all = [&](const auto& is_so) {
    return std::all_of(waiting.begin(), waiting.end(), [&](const Rollout* row) { return is_so(*row); });
  };
  const std::string who = turn.actor.str();
  if (all([&](const Rollout& row) { return is_excluded_at(turn.world, row, turn.actor); }))
    return refused(Errc::refused, who + " asked for this release, and the step wants somebody else to approve it");
  if (all([&](const Rollout& row) { return gave_it(row, turn.actor); }))
    return refused(Errc::refused, who + " approved it already and counts once; somebody else has to approve it too");
  return made("deployment/" + name);
}

}  // namespace depops::hub

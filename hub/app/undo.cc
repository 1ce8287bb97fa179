#include "hub/app/undo.h"

#include <algorithm>
#include <vector>

#include "hub/app/progress.h"
#include "hub/app/registry.h"

namespace depops::hub {
namespace {

using rollout::ReleaseKind;

// Of the service in the environment, oldest first.
std::vector<Deployment> under_way_there(const World& world, const Rollback& request) {
  std::vector<Deployment> found;
  for (const DeploymentId& id : world.under_way) {
    const Deployment& row = world.deployments.at(id).deployment;
    if (row.service == request.service && row.environment == request.environment) found.push_back(row);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return found;
}

std::string name_of(const Deployment& row) {
  return row.id.str() + " of " + row.service.str() + " " + row.version.str();
}

// Where the deployment's sites will be when it has gone back; the target of one that is a rollback itself.
VersionLabel goes_to(const Deployment& row) { return row.kind == ReleaseKind::rollback ? row.version : row.previous; }

Answer blocked(const Deployment& row, const std::string& why, const std::string& who) {
  const std::string what = name_of(row) + " is under way; " + why;
  return refused(Errc::refused, what + "; " + who,
                 {{"one-at-a-time", what, "deployment/" + row.id.str(), std::nullopt, who}});
}

// Going back can only mean what ran before: another version has to wait until that is done.
std::optional<Answer> why_not(const std::vector<Deployment>& there, const Rollback& request) {
  const auto has_target = [](const Deployment& row) { return !goes_to(row).empty(); };
  if (std::none_of(there.begin(), there.end(), has_target))
    return blocked(there.back(), "there is nothing before it to go back to",
                   "to end it: depops rollout abort " + there.back().id.str());
  for (const Deployment& row : there) {
    if (request.to.empty() || !has_target(row) || request.to == goes_to(row)) continue;
    return blocked(row, "its sites go back to " + goes_to(row).str() + " and not to " + request.to.str(),
                   "go there first, at once: depops rollback " + request.service.str() + " -e " +
                       request.environment.str() + "; and to " + request.to.str() + " when that has ended");
  }
  return std::nullopt;
}

// Ends one deployment; the commands to its sites follow from what it is now.
bool undo(Turn& turn, const Deployment& known, const Rollback& request) {
  Deployment row = known;
  if (row.stopped.empty())
    row.stopped = "rolled back by " + turn.actor.str() + (request.reason.empty() ? "" : ": " + request.reason);
  row.undo_all = true;
  if (row == known) return false;
  turn.save(row);
  turn.touch(row.id);
  return true;
}

Answer goes_back_already(const Deployment& row) {
  Answer answer = made("deployment/" + row.id.str(), false);
  answer.undoes = true;
  answer.detail = row.id.str() + " brings " + row.version.str() + " back already";
  return answer;
}

}  // namespace

std::optional<Answer> undo_under_way(Turn& turn, const Rollback& request, bool dry_run) {
  const std::vector<Deployment> there = under_way_there(turn.world, request);
  if (there.empty()) return std::nullopt;
  if (auto no = why_not(there, request)) return no;
  Answer answer = goes_back_already(there.back());
  for (const Deployment& row : there) {
    if (row.kind == ReleaseKind::rollback) continue;
    answer.object = "deployment/" + row.id.str();
    answer.detail = name_of(row) + " ends, its sites go back to " + row.previous.str();
    if (!dry_run) answer.changed = undo(turn, row, request) || answer.changed;
  }
  return answer;
}

}  // namespace depops::hub

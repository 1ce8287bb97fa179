#include "hub/app/supersede.h"

#include <algorithm>

#include "hub/schedule/decide.h"

namespace depops::hub {
namespace {

using rollout::State;

bool goes_back(const World& world, const DeploymentEntry& entry) {
  const Deployment& row = entry.deployment;
  if (row.kind == rollout::ReleaseKind::rollback || row.undo_all) return true;
  return std::any_of(entry.rollouts.begin(), entry.rollouts.end(), [&](const RolloutId& id) {
    const Rollout& rollout = world.rollouts.at(id);
    return rollout.role == RolloutRole::back && !rollout::is_ended(rollout.status.state);
  });
}

// Of `row`'s service at its site, superseded and not ended as far as the site told.
std::vector<RolloutId> superseded_beside(const World& world, const Rollout& row) {
  std::vector<RolloutId> found;
  for (const DeploymentId& id : world.under_way) {
    const DeploymentEntry& entry = world.deployments.at(id);
    if (id == row.deployment || entry.deployment.superseded_by.empty()) continue;
    for (const RolloutId& other : entry.rollouts) {
      const Rollout& one = world.rollouts.at(other);
      if (one.site == row.site && one.service == row.service && !rollout::is_ended(one.status.state))
        found.push_back(other);
    }
  }
  return found;
}

void end_as_never_begun(Turn& turn, const RolloutId& id, const RolloutId& by) {
  Rollout& row = turn.world.rollouts.at(id);
  row.status.state = State::aborted;
  row.status.reason = "superseded by " + by.str() + " before it began here";
  row.updated = turn.now.wall;
  row.ended = turn.now.wall;
  turn.save(row);
  turn.touch(row.deployment);
}

}  // namespace

bool is_replaced(const World& world, const Rollout& row) {
  const auto& targets = world.sites.at(row.site).targets;
  const auto target = targets.find(row.service);
  return target != targets.end() && target->second.rollout != row.id;
}

std::vector<DeploymentId> in_the_way(const World& world, const rollout::Plan& plan) {
  std::vector<const Deployment*> rows;
  for (const DeploymentId& id : world.under_way) {
    const Deployment& row = world.deployments.at(id).deployment;
    if (row.service != plan.service) continue;
    if (!schedule::conflicts(plan, {{&row, &world.plan(row.plan)}}).empty()) rows.push_back(&row);
  }
  std::sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) { return a->number < b->number; });
  std::vector<DeploymentId> found;
  for (const Deployment* row : rows) found.push_back(row->id);
  return found;
}

Reasons why_not_superseded(const World& world, const std::vector<DeploymentId>& others) {
  Reasons reasons;
  for (const DeploymentId& id : others) {
    const DeploymentEntry& entry = world.deployments.at(id);
    if (!goes_back(world, entry)) continue;
    reasons.push_back({"one-at-a-time",
                       id.str() + " of " + entry.deployment.service.str() + " is on its way back and is not superseded",
                       "deployment/" + id.str(), std::nullopt, "ends by itself; then deploy again"});
  }
  return reasons;
}

void supersede(Turn& turn, const std::vector<DeploymentId>& others, const Deployment& by) {
  for (const DeploymentId& id : others) {
    Deployment row = turn.world.deployments.at(id).deployment;
    if (row.stopped.empty())
      row.stopped = "superseded by " + by.id.str() + " (" + by.version.str() + ") of " + turn.actor.str();
    row.superseded_by = by.id;
    turn.save(row);
    turn.touch(id);
  }
}

void close_commands(Turn& turn, SiteEntry& entry, const RolloutId& replaced, const RolloutId& by) {
  auto& open = entry.commands;
  for (auto it = open.begin(); it != open.end();) {
    if (it->rollout != replaced || it->command.verb == rollout::Verb::scale) {
      ++it;
      continue;
    }
    CommandRow command = std::move(*it);
    it = open.erase(it);
    command.answered = true;
    command.accepted = false;
    command.answer = by.str() + " superseded it; the site is no longer told";
    command.answered_at = turn.now.wall;
    turn.save(command);
    // A retry that the site does not hear of begins nothing.
    const auto row = turn.world.rollouts.find(replaced);
    const bool waits = row != turn.world.rollouts.end() && row->second.status.state == State::pending;
    if (waits && command.command.verb == rollout::Verb::retry) end_as_never_begun(turn, replaced, by);
  }
}

void end_never_begun(Turn& turn, const Rollout& row) {
  for (const RolloutId& id : superseded_beside(turn.world, row)) end_as_never_begun(turn, id, row.id);
}

void give_back_target(Turn& turn, SiteEntry& entry, SiteTarget& target, const Rollout& row) {
  for (const RolloutId& id : superseded_beside(turn.world, row)) {
    const Rollout& other = turn.world.rollouts.at(id);
    if (other.sequence == Sequence()) {
      end_as_never_begun(turn, id, row.id);
      continue;
    }
    const std::string before = text_of(target);
    target.rollout = other.id;
    target.deployment = other.deployment;
    target.plan = other.plan;
    target.epoch = other.status.epoch;
    target.withdrawn = false;
    turn.leaf("rollout.returned", "rollout/" + id.str(), before, text_of(target),
              "the site refused " + row.id.str() + " and goes on with it");
    turn.save(target);
    turn.mark_site(entry);
    turn.touch(other.deployment);
  }
}

void note_completed_late(Turn& turn, SiteTarget& target, const Rollout& row) {
  const auto next = turn.world.rollouts.find(target.rollout);
  const auto superseded = turn.world.deployments.find(row.deployment);
  if (next == turn.world.rollouts.end() || superseded == turn.world.deployments.end()) return;
  if (next->second.sequence != Sequence() || superseded->second.deployment.superseded_by.empty()) return;
  target.stable_version = turn.world.plan(row.plan).target.label;
  target.stable_plan = row.plan;
  turn.save(target);
}

std::vector<const Rollout*> rollouts_that_count(const World& world, const DeploymentEntry& entry) {
  std::vector<const Rollout*> rows = world.rollouts_of(entry);
  if (entry.deployment.superseded_by.empty()) return rows;
  std::erase_if(rows, [&](const Rollout* row) {
    return row->status.state == State::completed && row->role == RolloutRole::forward && is_replaced(world, *row);
  });
  return rows;
}

}  // namespace depops::hub

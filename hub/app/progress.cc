#include "hub/app/progress.h"

#include <algorithm>
#include <set>

#include "hub/app/attestations.h"
#include "hub/app/standing.h"
#include "hub/app/supersede.h"
#include "hub/release/resolve.h"
#include "hub/schedule/decide.h"

namespace depops::hub {
namespace {

using rollout::State;

Rollout new_rollout(const Turn& turn, const Deployment& deployment, const SiteName& site, RolloutRole role) {
  Rollout row;
  row.id = RolloutId(deployment.id.str() + "." + site.str() + (role == RolloutRole::back ? ".back" : ""));
  row.deployment = deployment.id;
  row.site = site;
  row.service = deployment.service;
  row.role = role;
  row.status.rollout = row.id;
  row.status.deployment = deployment.id;
  row.status.service = deployment.service;
  row.status.state = State::pending;
  row.status.actor = deployment.actor;
  row.status.reason = "the site has not begun yet";
  row.created = turn.now.wall;
  row.updated = turn.now.wall;
  return row;
}

// The rollout becomes what the service should do at the site.
void point_site(Turn& turn, SiteEntry& entry, const Rollout& row, const std::string& reason) {
  SiteTarget& target = entry.targets[row.service];
  const std::string before = target.rollout.empty() ? "" : text_of(target);
  close_commands(turn, entry, target.rollout, row.id);
  target.site = row.site;
  target.service = row.service;
  target.rollout = row.id;
  target.deployment = row.deployment;
  target.epoch = Generation();
  target.plan = row.plan;
  target.withdrawn = false;
  turn.leaf("rollout.started", "rollout/" + row.id.str(), before, text_of(target), reason);
  turn.save(target);
  turn.mark_site(entry);
}

void insert(Turn& turn, DeploymentEntry& entry, const Rollout& row) {
  entry.rollouts.push_back(row.id);
  turn.save(row);
  turn.world.rollouts.insert_or_assign(row.id, row);
}

std::uint32_t wave_of(const rollout::Plan& plan, const SiteName& site) {
  for (std::uint32_t i = 0; i < plan.waves.size(); ++i)
    if (std::find(plan.waves[i].sites.begin(), plan.waves[i].sites.end(), site) != plan.waves[i].sites.end()) return i;
  return 0;
}

void start_site(Turn& turn, DeploymentEntry& entry, const SiteName& name) {
  const Deployment& deployment = entry.deployment;
  const auto site = turn.world.sites.find(name);
  DEPOPS_CHECK(site != turn.world.sites.end());
  Rollout row = new_rollout(turn, deployment, name, RolloutRole::forward);
  row.wave = wave_of(turn.world.plan(deployment.plan), name);
  row.plan = deployment.plan;
  if (const auto target = site->second.targets.find(row.service); target != site->second.targets.end()) {
    row.previous = target->second.stable_version;
    row.previous_plan = target->second.stable_plan;
  }
  insert(turn, entry, row);
  point_site(turn, site->second, row, "wave " + std::to_string(row.wave + 1) + " of " + deployment.id.str());
}

void send_site_back(Turn& turn, DeploymentEntry& entry, const SiteName& name, const std::string& why) {
  const Deployment& deployment = entry.deployment;
  const Rollout& forward = turn.world.rollouts.at(RolloutId(deployment.id.str() + "." + name.str()));
  const rollout::Plan plan = release::back_to(turn.world.plan(forward.previous_plan), deployment.release, {name});
  PlanDoc doc;
  doc.bytes = turn.codec.encode_plan(plan);
  doc.digest = turn.codec.digest(doc.bytes);
  turn.save(doc, std::make_shared<rollout::Plan>(plan));
  Rollout row = new_rollout(turn, deployment, name, RolloutRole::back);
  row.wave = forward.wave;
  row.plan = doc.digest;
  row.previous = deployment.version;
  insert(turn, entry, row);
  point_site(turn, turn.world.sites.at(name), row, "goes back with the rest: " + why);
}

bool has_open(const SiteEntry& entry, const RolloutId& rollout, rollout::Verb verb) {
  return std::any_of(entry.commands.begin(), entry.commands.end(),
                     [&](const CommandRow& row) { return row.rollout == rollout && row.command.verb == verb; });
}

// What its rollouts say about the deployment as a whole.
void sum_up(const World& world, const DeploymentEntry& entry, Deployment& row) {
  for (const RolloutId& id : entry.rollouts) {
    const Rollout& rollout = world.rollouts.at(id);
    if (rollout.role != RolloutRole::forward) continue;
    if (!row.started && rollout.sequence > Sequence()) row.started = rollout.updated;
    const auto& exposed = rollout.status.exposed_at;
    if (exposed && (!row.first_exposure || *exposed < *row.first_exposure)) row.first_exposure = exposed;
  }
}

// Ending because a newer one took over says nothing about the version.
bool failed(const Deployment& row, const Rollout& rollout) {
  const bool ended = rollout.role == RolloutRole::forward && rollout.ended;
  if (!ended || rollout.status.state == State::completed) return false;
  return row.superseded_by.empty() || row.undo_all || rollout.status.state != State::aborted;
}

const Rollout* first_failed(const World& world, const DeploymentEntry& entry) {
  const Rollout* first = nullptr;
  for (const RolloutId& id : entry.rollouts) {
    const Rollout& rollout = world.rollouts.at(id);
    const bool bad = failed(entry.deployment, rollout);
    if (bad && (first == nullptr || *rollout.ended < *first->ended)) first = &rollout;
  }
  return first;
}

// A change failed if it took traffic and was undone; users are safe again when the last site is back.
void note_failure(const World& world, const DeploymentEntry& entry, Instant now, Deployment& row) {
  const Rollout* bad = first_failed(world, entry);
  const bool ended_by_person = !row.stopped.empty() && (row.superseded_by.empty() || row.undo_all);
  if (!row.failure && row.first_exposure && (bad != nullptr || ended_by_person)) {
    ChangeFailure failure;
    failure.at = bad != nullptr ? *bad->ended : now;
    failure.reason = bad != nullptr ? bad->site.str() + ": " + bad->status.reason : row.stopped;
    failure.caught_in_canary = !row.completed;
    row.failure = failure;
  }
  if (row.failure && !row.failure->recovered_at && rollout::is_ended(row.state)) {
    const bool safe = row.state == State::completed || row.state == State::rolled_back || row.state == State::aborted;
    if (!safe) return;
    Instant last = row.failure->at;
    for (const RolloutId& id : entry.rollouts)
      if (const auto& ended = world.rollouts.at(id).ended) last = std::max(last, *ended);
    row.failure->recovered_at = last;
  }
}

// A later healthy deployment ends the recovery of what went before it.
void note_recovery(Turn& turn, const Deployment& healthy) {
  for (const DeploymentId& id : turn.world.history[{healthy.service, healthy.environment}]) {
    Deployment row = turn.world.deployments.at(id).deployment;
    if (row.number >= healthy.number || !row.failure || row.failure->recovered_at) continue;
    row.failure->recovered_at = healthy.completed;
    turn.save(row);
  }
}

std::set<Digest> plans_of(const World& world, const DeploymentEntry& entry) {
  std::set<Digest> out{entry.deployment.plan};
  for (const RolloutId& id : entry.rollouts) {
    const Rollout& row = world.rollouts.at(id);
    out.insert({row.plan, row.previous_plan});
  }
  return out;
}

// Of `plans`, those that no deployment, rollout or target names any more leave the memory; the store still has them.
void forget_plans(World& world, std::set<Digest> plans) {
  for (const auto& [id, entry] : world.deployments) plans.erase(entry.deployment.plan);
  for (const auto& [id, row] : world.rollouts) {
    plans.erase(row.plan);
    plans.erase(row.previous_plan);
  }
  for (const auto& [name, entry] : world.sites) {
    for (const auto& [service, target] : entry.targets) {
      plans.erase(target.plan);
      plans.erase(target.stable_plan);
    }
  }
  for (const Digest& digest : plans) world.plans.erase(digest);
}

// Forgets the oldest ended deployments; the store still has them.
void prune(World& world, const ServiceIn& key) {
  std::set<Digest> plans;
  auto& history = world.history[key];
  for (auto it = history.begin(); it != history.end() && history.size() > kDeploymentsKept;) {
    const auto entry = world.deployments.find(*it);
    if (!rollout::is_ended(entry->second.deployment.state)) {
      ++it;
      continue;
    }
    plans.merge(plans_of(world, entry->second));
    for (const RolloutId& id : entry->second.rollouts) world.rollouts.erase(id);
    world.releases.erase(entry->second.deployment.release);
    world.deployments.erase(entry);
    it = history.erase(it);
  }
  if (!plans.empty()) forget_plans(world, std::move(plans));
}

}  // namespace

CommandId give_command(Turn& turn, const Rollout& rollout, rollout::Verb verb, const std::string& reason,
                       std::optional<std::uint32_t> expected_step) {
  rollout::Command command;
  command.verb = verb;
  command.reason = reason;
  command.expected_step = expected_step;
  return give_command(turn, rollout, std::move(command));
}

CommandId give_command(Turn& turn, const Rollout& rollout, rollout::Command command) {
  SiteEntry& entry = turn.world.sites.at(rollout.site);
  CommandRow row;
  row.site = rollout.site;
  row.rollout = rollout.id;
  row.command = std::move(command);
  row.command.id = CommandId("c-" + std::to_string(++turn.world.counters.command));
  row.command.actor = turn.actor;
  row.command.given_at = turn.now.wall;
  std::string what = row.command.id.str() + " " + rollout::name_of(row.command.verb);
  if (row.command.replicas) what += " to " + std::to_string(*row.command.replicas);
  turn.leaf("command.given", "rollout/" + rollout.id.str(), "", std::move(what), row.command.reason);
  entry.commands.push_back(row);
  turn.save(row);
  turn.mark_site(entry);
  return row.command.id;
}

namespace {

schedule::Decision decide_with_voices(const Turn& turn, DeploymentEntry& entry, Deployment& row) {
  const Voices& voices = voices_of(turn, entry);
  row.approvals_needed = voices.needed;
  row.approved_by = voices.given;
  const auto rollouts = rollouts_that_count(turn.world, entry);
  auto decision = schedule::decide(turn.world.plan(row.plan), row, rollouts, turn.now.wall, voices.missing);
  hold_standing(turn.world, row, rollouts, decision);
  entry.wake = decision.wake;
  if (voices.changes && (!entry.wake || *voices.changes < *entry.wake)) entry.wake = voices.changes;
  return decision;
}

}  // namespace

void advance(Turn& turn, const DeploymentId& id) {
  const auto found = turn.world.deployments.find(id);
  if (found == turn.world.deployments.end()) return;
  DeploymentEntry& entry = found->second;
  if (rollout::is_ended(entry.deployment.state)) return;
  Deployment row = entry.deployment;
  const auto decision = decide_with_voices(turn, entry, row);
  row.state = decision.state;
  row.reason = decision.reason;
  row.waiting_for = decision.waiting_for;
  row.wave = decision.wave;
  sum_up(turn.world, entry, row);
  if (rollout::is_ended(row.state)) {
    row.ended = turn.now.wall;
    if (row.state == State::completed) row.completed = turn.now.wall;
  }
  note_failure(turn.world, entry, turn.now.wall, row);
  turn.save(row);
  for (const SiteName& site : decision.start) start_site(turn, entry, site);
  for (const SiteName& site : decision.send_back) send_site_back(turn, entry, site, decision.reason);
  for (const RolloutId& rollout : decision.abort) {
    const Rollout& ending = turn.world.rollouts.at(rollout);
    if (is_replaced(turn.world, ending)) continue;
    const SiteEntry& site = turn.world.sites.at(ending.site);
    if (!has_open(site, rollout, rollout::Verb::abort) && !has_open(site, rollout, rollout::Verb::reject))
      give_command(turn, ending, rollout::Verb::abort, decision.reason, std::nullopt);
  }
  if (row.state == State::completed) note_recovery(turn, row);
  if (rollout::is_ended(row.state)) prune(turn.world, {row.service, row.environment});
}

}  // namespace depops::hub

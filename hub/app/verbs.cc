#include "hub/app/verbs.h"

#include "hub/app/approvals.h"
#include "hub/app/progress.h"
#include "hub/app/registry.h"
#include "hub/app/supersede.h"

namespace depops::hub {
namespace {

using rollout::State;
using rollout::Verb;

bool failed_forward(const Rollout& row) {
  return row.role == RolloutRole::forward && rollout::is_ended(row.status.state) &&
         row.status.state != State::completed;
}

// The rollouts the verb is for: those under way, or for retry those that ended without completing.
std::vector<RolloutId> addressed(const World& world, const DeploymentEntry& entry, const GiveVerb& request) {
  std::vector<RolloutId> found;
  for (const RolloutId& id : entry.rollouts) {
    const Rollout& row = world.rollouts.at(id);
    if (!request.site.empty() && row.site != request.site) continue;
    if (is_replaced(world, row)) continue;  // the site is not told of it any more
    // To end a whole deployment means the way forward; a site on its way back is where it should be going.
    if (request.site.empty() && request.verb == Verb::abort && row.role == RolloutRole::back) continue;
    const bool wanted = request.verb == Verb::retry ? failed_forward(row) : !rollout::is_ended(row.status.state);
    const bool answers = request.verb == Verb::approve || request.verb == Verb::reject;
    if (answers && row.status.approvals_needed == 0) continue;  // no site is asked twice, and others ask nothing
    if (wanted) found.push_back(id);
  }
  return found;
}

Answer give_all(Turn& turn, const GiveVerb& request, const std::vector<RolloutId>& rollouts) {
  Answer answer = made("deployment/" + request.deployment.str());
  for (const RolloutId& id : rollouts) {
    const Rollout& row = turn.world.rollouts.at(id);
    // A yes is for what the person saw: late, it does not count at an approval further on.
    const auto seen = row.status.approvals_needed > 0 && !request.expected_step ? std::optional(row.status.step)
                                                                                : request.expected_step;
    const bool answers = request.verb == Verb::approve || request.verb == Verb::reject;
    answer.commands.push_back(
        give_command(turn, row, request.verb, request.reason, answers ? seen : request.expected_step).str());
  }
  turn.touch(request.deployment);
  return answer;
}

// What pause, resume and abort of a whole deployment mean for sites that have not begun.
bool change_whole(Turn& turn, const DeploymentEntry& entry, const GiveVerb& request) {
  Deployment row = entry.deployment;
  if (request.verb == Verb::pause) row.held = true;
  if (request.verb == Verb::resume) row.held = false;
  const bool ends = request.verb == Verb::abort || request.verb == Verb::reject;
  if (ends && row.stopped.empty())
    row.stopped = (request.verb == Verb::abort ? "aborted by " : "rejected by ") + turn.actor.str() +
                  (request.reason.empty() ? "" : ": " + request.reason);
  const bool changed = !(row == entry.deployment);
  turn.save(row);
  return changed;
}

std::string why_no_retry(const World& world, const DeploymentEntry& entry) {
  const Deployment& row = entry.deployment;
  if (row.state == State::completed) return row.id.str() + " completed: there is nothing to retry";
  if (world.history.at({row.service, row.environment}).back() != row.id)
    return row.id.str() + " is not the newest deployment there; deploy the version again";
  for (const RolloutId& id : entry.rollouts) {
    const Rollout& rollout = world.rollouts.at(id);
    if (rollout.role == RolloutRole::back)
      return "sites of " + row.id.str() + " went back already; deploy the version again";
    // The site knows nothing that it could try again.
    if (failed_forward(rollout) && rollout.sequence == Sequence())
      return rollout.site.str() + " never began " + row.id.str() + "; deploy the version again";
  }
  return "";
}

Answer retry(Turn& turn, DeploymentEntry& entry, const GiveVerb& request) {
  const std::string why = why_no_retry(turn.world, entry);
  if (!why.empty()) return refused(Errc::refused, why);
  const auto rollouts = addressed(turn.world, entry, request);
  if (rollouts.empty())
    return refused(Errc::refused, "no site of " + request.deployment.str() + " ended without completing");
  for (const RolloutId& id : rollouts) {
    Rollout& row = turn.world.rollouts.at(id);
    row.status.state = State::pending;
    row.status.reason = "retry was asked for; the site has not begun it yet";
    row.ended.reset();
    row.updated = turn.now.wall;
    turn.save(row);
  }
  Deployment row = entry.deployment;
  row.state = State::running;
  row.reason = "retried by " + turn.actor.str();
  row.stopped.clear();
  row.undo_all = false;
  row.ended.reset();
  turn.save(row);
  return give_all(turn, request, rollouts);
}

Answer nothing_addressed(const DeploymentEntry& entry, const GiveVerb& request) {
  const std::string where = request.site.empty() ? "" : " at " + request.site.str();
  Reasons waiting = entry.deployment.waiting_for;
  std::string what = "no rollout of " + entry.deployment.id.str() + where + " is under way";
  if (!waiting.empty()) what += ": " + sentence_of(waiting);
  return refused(Errc::refused, what, std::move(waiting));
}

}  // namespace

Answer give_verb(Turn& turn, const GiveVerb& request) {
  if (request.reason.size() > kReasonBytesMax) return refused(Errc::invalid, "reason: at most 1,000 bytes are kept");
  const auto found = turn.world.deployments.find(request.deployment);
  if (found == turn.world.deployments.end())
    return refused(Errc::not_found, "no deployment " + request.deployment.str() + "; see: depops get deployments");
  DeploymentEntry& entry = found->second;
  if (!request.site.empty() && !turn.world.sites.contains(request.site))
    return refused(Errc::not_found, "no site " + request.site.str() + "; see: depops get sites");
  if (request.verb == Verb::retry) return retry(turn, entry, request);
  if (rollout::is_ended(entry.deployment.state))
    return refused(Errc::refused, request.deployment.str() + " ended already: " +
                                      rollout::name_of(entry.deployment.state) + "; to undo it use: depops rollback " +
                                      entry.deployment.service.str() + " -e " + entry.deployment.environment.str());
  if (request.verb == Verb::approve || request.verb == Verb::reject) {
    Answer refusal = why_no_answer(turn, entry, request);
    if (!refusal.ok) return refusal;
  }
  const auto rollouts = addressed(turn.world, entry, request);
  const bool whole = request.site.empty() && (request.verb == Verb::pause || request.verb == Verb::resume ||
                                              request.verb == Verb::abort || request.verb == Verb::reject);
  if (rollouts.empty() && !whole) return nothing_addressed(entry, request);
  const bool changed = whole && change_whole(turn, entry, request);
  Answer answer = give_all(turn, request, rollouts);
  answer.changed = changed || !rollouts.empty();
  return answer;
}

}  // namespace depops::hub

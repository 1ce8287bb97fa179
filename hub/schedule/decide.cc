#include "hub/schedule/decide.h"

#include <algorithm>
#include <map>

#include "hub/schedule/progress.h"

namespace depops::hub::schedule {
namespace {

using rollout::State;

void gate_on_bake(const rollout::Wave& wave, Instant over, Instant now, Decision& out) {
  const Instant until = over + wave.bake;
  out.wake = until;
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(until - now).count();
  out.waiting_for.push_back({"bake", "wave " + wave.name.str() + " bakes for " + std::to_string(left) + " s more", "",
                             until, "ends by itself"});
}

// Starts sites of the first wave that is not completed. Returns false if every wave completed.
bool go_on(const Progress& progress, const Deployment& deployment, Instant now, Decision& out) {
  for (std::uint32_t i = 0; i < progress.waves.size(); ++i) {
    const WaveProgress& wave = progress.waves[i];
    out.wave = i;
    if (wave.completed < wave.plan->sites.size()) {
      if (deployment.held) return true;
      std::size_t free = wave.plan->max_concurrent > wave.under_way ? wave.plan->max_concurrent - wave.under_way : 0;
      for (std::size_t s = 0; s < wave.not_begun.size() && free > 0; ++s, --free)
        out.start.push_back(wave.not_begun[s]);
      return true;
    }
    if (i + 1 < progress.waves.size() && wave.completed_at + wave.plan->bake > now) {
      gate_on_bake(*wave.plan, wave.completed_at, now, out);
      return true;
    }
  }
  return false;
}

void hold_back(const Reasons& gates, Decision& out) {
  if (gates.empty() || out.start.empty()) return;
  out.start.clear();
  out.waiting_for.insert(out.waiting_for.end(), gates.begin(), gates.end());
  out.reason = gates.front().what;
}

// While nothing failed: what the sites under way make of the whole.
void state_forward(const Progress& progress, const Deployment& deployment, Decision& out) {
  if (deployment.held) {
    out.state = State::paused;
    out.reason = "held: no further site starts";
    out.waiting_for.push_back({"held", "the deployment is paused", "deployment/" + deployment.id.str(), std::nullopt,
                               "resume the deployment"});
    return;
  }
  if (progress.rolling_back != nullptr) {
    out.state = State::rolling_back;
    out.reason = progress.rolling_back->site.str() + ": " + progress.rolling_back->status.reason;
    return;
  }
  if (progress.paused != nullptr && !progress.running) {
    out.state = State::paused;
    out.reason = progress.paused->site.str() + ": " + progress.paused->status.reason;
    return;
  }
  if (!progress.running && !out.waiting_for.empty()) {
    out.state = State::waiting;
    return;
  }
  out.state = progress.begun == 0 ? State::pending : State::running;
}

State worst(const Progress& progress, const Deployment& deployment) {
  for (const Rollout* rollout : progress.ended_badly)
    if (rollout->status.state == State::failed) return State::failed;
  if (progress.back_failed != nullptr) return State::failed;
  if (!progress.ended_badly.empty()) return progress.ended_badly.front()->status.state;
  return deployment.started || progress.begun > 0 ? State::aborted : State::cancelled;
}

std::string why_ended(const Progress& progress, const Deployment& deployment) {
  if (progress.back_failed != nullptr)
    return progress.back_failed->site.str() + " could not go back: " + progress.back_failed->status.reason;
  if (!progress.ended_badly.empty()) {
    const Rollout& first = *progress.ended_badly.front();
    return first.site.str() + ": " + first.status.reason;
  }
  return deployment.stopped;
}

bool in_scope(const rollout::Plan& plan, const Progress& progress, const Deployment& deployment,
              const Rollout& rollout) {
  if (deployment.undo_all) return true;
  if (!deployment.superseded_by.empty()) return false;  // what completed waits for the newer version
  switch (plan.rollback_scope) {
    case rollout::RollbackScope::site:
      return false;
    case rollout::RollbackScope::all:
      return true;
    case rollout::RollbackScope::wave:
      break;
  }
  if (progress.ended_badly.empty()) return rollout.wave == deployment.wave;
  return std::any_of(progress.ended_badly.begin(), progress.ended_badly.end(),
                     [&](const Rollout* bad) { return bad->wave == rollout.wave; });
}

void go_back(const rollout::Plan& plan, const Progress& progress, const Deployment& deployment, Decision& out) {
  const bool stopped = !deployment.stopped.empty();
  for (const Rollout* rollout : progress.forward_under_way)
    if ((stopped || in_scope(plan, progress, deployment, *rollout)) && rollout->status.state != State::rolling_back)
      out.abort.push_back(rollout->id);
  for (const Rollout* rollout : progress.forward_completed)
    if (in_scope(plan, progress, deployment, *rollout) && !rollout->previous_plan.empty() &&
        !progress.goes_back(rollout->site))
      out.send_back.push_back(rollout->site);
  const bool settled = progress.forward_under_way.empty() && progress.back_under_way == 0 && out.send_back.empty();
  out.state = settled ? worst(progress, deployment) : State::rolling_back;
  out.reason = why_ended(progress, deployment);
}

}  // namespace

Decision decide(const rollout::Plan& plan, const Deployment& deployment, const std::vector<const Rollout*>& rollouts,
                Instant now, const Reasons& gates) {
  const Progress progress = progress_of(plan, rollouts);
  Decision out;
  out.wave = deployment.wave;
  if (!progress.ended_badly.empty() || !deployment.stopped.empty()) {
    go_back(plan, progress, deployment, out);
    return out;
  }
  if (progress.rolling_back == nullptr) {
    if (!go_on(progress, deployment, now, out)) {
      out.state = State::completed;
      return out;
    }
    hold_back(gates, out);
  }
  state_forward(progress, deployment, out);
  return out;
}

Reasons conflicts(const rollout::Plan& plan, const std::vector<UnderWay>& others) {
  std::map<SiteName, const Deployment*> busy;
  for (const UnderWay& other : others)
    if (other.deployment->service == plan.service && !rollout::is_ended(other.deployment->state))
      for (const rollout::Wave& wave : other.plan->waves)
        for (const SiteName& site : wave.sites) busy.emplace(site, other.deployment);
  Reasons reasons;
  for (const rollout::Wave& wave : plan.waves)
    for (const SiteName& site : wave.sites)
      if (const auto found = busy.find(site); found != busy.end())
        reasons.push_back({"one-at-a-time",
                           "deployment " + found->second->id.str() + " of " + plan.service.str() + " " +
                               found->second->version.str() + " is under way at " + site.str(),
                           "deployment/" + found->second->id.str(), std::nullopt,
                           "wait until it ended, deploy with --supersede, or abort it: depops rollout abort " +
                               found->second->id.str()});
  return reasons;
}

}  // namespace depops::hub::schedule

#include "hub/schedule/progress.h"

#include <algorithm>
#include <map>

namespace depops::hub::schedule {
namespace {

using rollout::State;

void add_back(const Rollout& rollout, Progress& out) {
  out.back.insert(rollout.site);
  if (!rollout::is_ended(rollout.status.state)) {
    ++out.back_under_way;
  } else if (rollout.status.state != State::completed && out.back_failed == nullptr) {
    out.back_failed = &rollout;
  }
}

void add_under_way(const Rollout& rollout, Progress& out) {
  out.forward_under_way.push_back(&rollout);
  if (rollout.status.state == State::rolling_back) {
    if (out.rolling_back == nullptr) out.rolling_back = &rollout;
  } else if (rollout.status.state == State::paused) {
    if (out.paused == nullptr) out.paused = &rollout;
  } else if (rollout.status.state == State::running) {
    out.running = true;
  }
}

void add_forward(const Rollout& rollout, WaveProgress& wave, Progress& out) {
  if (rollout.status.state != State::pending) ++out.begun;
  if (!rollout::is_ended(rollout.status.state)) {
    ++wave.under_way;
    add_under_way(rollout, out);
  } else if (rollout.status.state == State::completed) {
    ++wave.completed;
    wave.completed_at = std::max(wave.completed_at, rollout.ended.value_or(rollout.updated));
    out.forward_completed.push_back(&rollout);
  } else {
    out.ended_badly.push_back(&rollout);
  }
}

}  // namespace

Progress progress_of(const rollout::Plan& plan, const std::vector<const Rollout*>& rollouts) {
  Progress out;
  std::map<SiteName, const Rollout*> forward;
  for (const Rollout* rollout : rollouts) {
    if (rollout->role == RolloutRole::forward) {
      forward.emplace(rollout->site, rollout);
    } else {
      add_back(*rollout, out);
    }
  }
  for (const rollout::Wave& wave : plan.waves) {
    WaveProgress& row = out.waves.emplace_back();
    row.plan = &wave;
    for (const SiteName& site : wave.sites) {
      const auto found = forward.find(site);
      if (found == forward.end()) {
        row.not_begun.push_back(site);
      } else {
        add_forward(*found->second, row, out);
      }
    }
  }
  std::stable_sort(out.ended_badly.begin(), out.ended_badly.end(), [](const Rollout* a, const Rollout* b) {
    return a->ended.value_or(a->updated) < b->ended.value_or(b->updated);
  });
  return out;
}

}  // namespace depops::hub::schedule

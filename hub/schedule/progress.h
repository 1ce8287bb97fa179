#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "hub/schedule/deployment.h"

// Where the sites of a deployment stand, sorted by what decide() asks.
namespace depops::hub::schedule {

struct WaveProgress {
  const rollout::Wave* plan = nullptr;
  std::size_t completed = 0;
  std::size_t under_way = 0;
  std::vector<SiteName> not_begun;  // in the order of the plan
  Instant completed_at{};           // of the last that completed
};

struct Progress {
  std::vector<WaveProgress> waves;
  std::size_t begun = 0;
  bool running = false;                     // some site works and does not stand still
  const Rollout* paused = nullptr;          // the first that stands still
  const Rollout* rolling_back = nullptr;    // the first that goes back by itself
  std::vector<const Rollout*> ended_badly;  // forward, ended and not completed; the earliest first
  std::vector<const Rollout*> forward_under_way;
  std::vector<const Rollout*> forward_completed;
  std::set<SiteName> back;
  std::size_t back_under_way = 0;
  const Rollout* back_failed = nullptr;

  bool goes_back(const SiteName& site) const { return back.contains(site); }
};

Progress progress_of(const rollout::Plan& plan, const std::vector<const Rollout*>& rollouts);

}  // namespace depops::hub::schedule

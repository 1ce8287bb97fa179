#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/app/agent.h"
#include "agent/app/speaking.h"
#include "agent/execution/orders_of.h"
#include "agent/execution/view_of.h"
#include "shared/rollout/machine.h"

// What an Agent works with while it takes a step; internal to the folder.
namespace depops::agent {

// One service of the site: its rollout, and what was measured for it.
struct ServiceCourse {
  std::shared_ptr<const rollout::Record> record;
  rollout::Watch watch;
  std::vector<rollout::Sample> samples;  // newest per metric, of the analysis run `sampled`
  std::string sampled;
  Stamp asked;  // last Measure
};

// One step in the making.
struct StepTurn {
  Moment now;      // its wall clock is the site's time (trusted_time.h)
  Moment machine;  // as the machine's clocks show it
  Output out;
  bool site_changed = false;

  // What the machine's clock dated a moment ago, as the site's time.
  Instant dated(Instant at) const { return std::min(now.wall, at - (machine.wall - now.wall)); }
};

// What time it is, and what was told about clocks.
struct Timing {
  TrustedTime clock;
  TimeReading reading{};  // of this step
  bool skew_told = false;
  TrustedTime::Heard heard = TrustedTime::Heard::taken;
  std::optional<DesiredArrived> waiting{};  // it, or what it would begin, can only be judged when the time is known
  Generation held_told{};                   // of the newest one that was told to wait
};

}  // namespace depops::agent

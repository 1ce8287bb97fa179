#pragma once

#include <cstdint>
#include <vector>

#include "shared/rollout/record.h"

// What the world should look like, from the record alone.
namespace depops::rollout {

struct WantedSet {
  Snapshot snapshot;
  std::uint32_t replicas = 0;
  std::uint32_t percent = 0;  // of the requests
};

struct Wanted {
  std::vector<WantedSet> sets;  // target first; shares sum to 100, or to 0 while nothing can take requests
  std::vector<Snapshot> hold;   // whose artifacts must be here: target, stable, history
  std::uint64_t order = 0;      // a new number: give the same orders again
};

Wanted desired_of(const Record& record);

// The snapshot of the target while a rollout is under way, else null.
Snapshot target_of(const Record& record);

// Which metrics of the running analysis are due for a reading that the router does not give. Empty unless analyzing.
std::vector<const analysis::MetricSpec*> due_metrics(const Record& record, const Moment& now);

// The spec of the analysis step under way, else null.
const Analysis* analysis_of(const Record& record);

}  // namespace depops::rollout

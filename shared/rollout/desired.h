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
  std::vector<WantedSet> sets;      // target first; shares sum to 100, or to 0 while nothing can take requests
  std::vector<ForcedRoute> forced;  // to the target
  std::vector<Snapshot> hold;       // whose artifacts must be here: target, stable, history
  std::uint64_t order = 0;          // a new number: give the same orders again
};

Wanted desired_of(const Record& record);

// The snapshot of the target while a rollout is under way, else null.
Snapshot target_of(const Record& record);

// Which metrics of the running analysis are due for a reading that the router does not give.
std::vector<const analysis::MetricSpec*> due_metrics(const Record& record, const Moment& now);

// The spec of the analysis step under way, else null.
const Analysis* analysis_of(const Record& record);

// The analysis beside the steps, from its first step on until the bake is over or it goes back; else null.
const Background* background_of(const Record& record);

// Since when requests go to the target as they do now: by its weight, or at weight 0 by forced routes. None: none do,
// or that was not read back yet.
std::optional<Stamp> exposed_since(const Record& record);

// What a window's waiting counts from: its opening, or for one not open yet the start of the analysis; never before
// `floor`.
Stamp base_of(const AnalysisMark& mark, const OpenWindow& open, const Stamp& floor, const Moment& now);

// Whether the metric, which wants more windows, waited long enough for the next reading.
bool is_due(const AnalysisMark& mark, const analysis::MetricSpec& metric, std::size_t index, const Stamp& floor,
            const Moment& now);

}  // namespace depops::rollout

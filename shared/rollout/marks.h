#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shared/analysis/counters.h"
#include "shared/analysis/run.h"
#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/shared_value.h"
#include "shared/rollout/forced_route.h"
#include "shared/rollout/pause_mark.h"
#include "shared/rollout/snapshot.h"

// What a record remembers of one thing at a time: a pause, the weight, a running analysis. Plain data, all durable.
namespace depops::rollout {

// The share of the target as last ordered. `since` holds the router's counters when the order was first read back: the
// share of the requests after it is what level 3 measures, and an analysis that follows at once counts from there too.
struct WeightMark {
  std::uint32_t percent = 0;
  std::uint8_t verified_level = 0;  // 0 ordered, 2 read back, 3 measured over at least 200 requests
  Stamp ordered_at;
  Stamp read_back_at;
  Shared<std::vector<analysis::CounterRow>> since;
  Instant since_at{};  // when the router said so
  bool operator==(const WeightMark&) const = default;
};

// Forced routes to the target as last ordered.
struct RouteMark {
  std::vector<ForcedRoute> routes;
  bool read_back = true;
  Stamp ordered_at;
  Stamp read_back_at;
  bool operator==(const RouteMark&) const = default;
};

struct AbortMark {
  std::string reason;
  Actor by;
  bool by_person = false;  // ends as `aborted`; else `rolled_back`
  bool urgent = false;     // the target can not serve: weight 0 even if stable is short of instances
  Stamp at;
  bool operator==(const AbortMark&) const = default;
};

// A window being counted: the counters at its opening edge, in the order of the spec's metrics.
struct OpenWindow {
  Instant from{};
  Stamp opened;
  Shared<std::vector<analysis::CounterRow>> rows;
  std::uint32_t number = 0;  // of the measurement that a Job takes, from 1; 0: none does
  bool operator==(const OpenWindow&) const = default;
};

struct AnalysisMark {
  std::string run;  // "<rollout>/<step>/<attempt>": deterministic, so a restart adopts it
  std::uint32_t attempt = 1;
  Stamp started;
  std::vector<OpenWindow> open;  // one per metric; empty rows and from = 0: not open yet
  analysis::RunState state;
  bool operator==(const AnalysisMark&) const = default;
};

// How far the current phase got; the deadline counts from the last time it rose.
struct Progress {
  Stamp at;
  std::uint32_t target_available = 0;
  std::uint32_t stable_available = 0;
  bool operator==(const Progress&) const = default;
};

struct DriftMark {
  std::optional<Stamp> last;  // when a foreign change was last put right
  bool standing = false;      // a second one came within the window: left as it is until somebody decides
  bool operator==(const DriftMark&) const = default;
};

struct SeenCommand {
  CommandId id;
  bool accepted = false;
  std::string answer;
  bool operator==(const SeenCommand&) const = default;
};

}  // namespace depops::rollout

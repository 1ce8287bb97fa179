#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shared/analysis/counters.h"
#include "shared/analysis/run.h"
#include "shared/base/moment.h"
#include "shared/rollout/intent.h"
#include "shared/rollout/phase.h"
#include "shared/rollout/plan.h"
#include "shared/rollout/report.h"
#include "shared/rollout/snapshot.h"
#include "shared/rollout/submission.h"
#include "shared/rollout/verb.h"

// The durable record of one service at a site: what is stable, what is under way, and every order given. Plain data,
// one transaction per transition. What the world should look like follows from it alone (desired.h), so a restart is:
// load, desired_of, look at the world, go on.
namespace depops::rollout {

enum class PauseReason : std::uint8_t {
  user,
  step,
  inconclusive,
  metric_outage,
  drift,
  approval,
  hub_hold,
  freeze,
  failure,  // it failed, and a person decides what becomes of it
};

struct PauseMark {
  PauseReason reason = PauseReason::user;
  Stamp since;
  Actor by;
  std::string why;
  bool operator==(const PauseMark&) const = default;
};

// The share of the target as last ordered. `since` holds the router's counters when the order was first read back: the
// share of the requests after it is what level 3 measures, and an analysis that follows at once counts from there too.
struct WeightMark {
  std::uint32_t percent = 0;
  std::uint8_t verified_level = 0;  // 0 ordered, 2 read back, 3 measured over at least 200 requests
  Stamp ordered_at;
  Stamp read_back_at;
  std::vector<analysis::CounterRow> since;
  Instant since_at{};  // when the router said so
  bool operator==(const WeightMark&) const = default;
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
  std::vector<analysis::CounterRow> rows;
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

// The earlier version after a completed rollout, for as long as its plan said.
struct WarmMark {
  std::shared_ptr<const VersionSnapshot> snapshot;
  std::uint32_t replicas = 0;
  Stamp since;
  Millis keep{0};
  bool operator==(const WarmMark&) const = default;
};

struct SeenCommand {
  CommandId id;
  bool accepted = false;
  std::string answer;
  bool operator==(const SeenCommand&) const = default;
};

using Snapshot = std::shared_ptr<const VersionSnapshot>;

struct Record {
  ServiceName service;
  Snapshot stable;                // what serves when nothing is under way; null: never deployed
  std::vector<Snapshot> history;  // earlier stable versions, newest first, at most 3: kept for undo

  RolloutId rollout;  // current or last
  DeploymentId deployment;
  Generation epoch;          // generation that introduced it; only rises
  Generation refused_epoch;  // newest target that was refused; it does not start later by itself
  Digest plan_digest;
  std::shared_ptr<const Plan> plan;  // kept after the end for retry; null: never deployed
  std::uint32_t attempt = 1;
  bool strategy_skipped = false;

  State state = State::pending;  // product word; an ended one while idle
  Phase phase = Phase::idle;
  Stamp entered;  // when the phase (or step) began
  std::uint32_t step = 0;
  std::uint32_t target_replicas = 0;  // as ordered
  std::uint32_t stable_replicas = 0;
  WeightMark weight;              // of the target; stable has the rest
  std::vector<PauseMark> pauses;  // a set by reason: forward motion needs it empty
  std::optional<AbortMark> abort;
  std::optional<AnalysisMark> analysis;    // of the step
  std::optional<AnalysisMark> background;  // beside the steps
  std::optional<WarmMark> warm;            // only while idle
  std::uint32_t forgiven_restarts = 0;     // of the target, when a person said to go on after a failure
  std::vector<Intent> intents;             // at most one of each kind
  std::uint64_t last_intent = 0;
  std::uint64_t order = 0;  // raised to give the same orders again (drift)
  Progress progress;
  DriftMark drift;
  std::string degraded;  // why the service is worse than it should be; empty: it is not
  Actor actor;           // who caused the last change
  std::string reason;    // why it is in this state
  std::optional<Instant> exposed_at;
  std::optional<Instant> detected_at;
  std::optional<Instant> safe_at;
  std::vector<SeenCommand> commands;  // newest last, at most 64
  std::optional<Submission> next;     // superseded the rollout under way; begins when that has ended
  bool operator==(const Record&) const = default;
};

const char* name_of(PauseReason reason) noexcept;

}  // namespace depops::rollout

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/rollout/hook_mark.h"
#include "shared/rollout/intent.h"
#include "shared/rollout/marks.h"
#include "shared/rollout/phase.h"
#include "shared/rollout/plan.h"
#include "shared/rollout/report.h"
#include "shared/rollout/snapshot.h"
#include "shared/rollout/stable_marks.h"
#include "shared/rollout/submission.h"
#include "shared/rollout/verb.h"

// The durable record of one service at a site: what is stable, what is under way, and every order given. Plain data,
// one transaction per transition. What the world should look like follows from it alone (desired.h), so a restart is:
// load, desired_of, look at the world, go on.
namespace depops::rollout {

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
  RouteMark routes;               // to the target
  std::vector<PauseMark> pauses;  // a set by reason: forward motion needs it empty
  std::optional<AbortMark> abort;
  std::optional<AnalysisMark> analysis;    // of the step
  std::optional<AnalysisMark> background;  // beside the steps
  std::optional<WarmMark> warm;            // only while idle
  std::vector<std::string> removals;       // lives that go as stable says, in the audit log; newest last, at most 64
  std::optional<SizeMark> size;            // nothing: what the versions declare
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
  Shared<std::vector<SeenCommand>> commands;  // newest last, at most 64
  std::optional<Submission> next;             // superseded the rollout under way; begins when that has ended
  std::uint32_t hook_attempts = 0;            // keys that were used in this rollout, over all its attempts
  std::vector<HookMark> hooks;                // hook steps of this attempt that were entered, in order
  std::vector<ApprovalMark> approvals;        // at the current step, by different people
  bool operator==(const Record&) const = default;
};

}  // namespace depops::rollout

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shared/analysis/verdict.h"
#include "shared/rollout/verb.h"

// What a site tells the hub, in order and without gaps (stream `events`).
namespace depops::rollout {

// The state words of the product, the same in API, console, command line and audit.
enum class State {
  // clang-format off
  pending, queued, waiting, running, paused, rolling_back,      // under way
  completed, rolled_back, aborted, cancelled, expired, failed,  // ended
  // clang-format on
};

const char* name_of(State state) noexcept;
std::optional<State> state_named(const std::string& text) noexcept;
bool is_ended(State state) noexcept;

struct SetStatus {
  SetId set;
  VersionLabel label;
  std::uint32_t desired = 0;
  std::uint32_t ready = 0;
  std::uint32_t available = 0;
  std::uint32_t weight = 0;         // percent of requests, as last written
  std::uint8_t verified_level = 0;  // 0 not yet, 1 accepted, 2 read back, 3 measured on traffic
  std::uint32_t declared = 0;       // replicas of its version, whatever the service was scaled to
  bool operator==(const SetStatus&) const = default;
};

// The rollout after a change. Complete: a later status replaces an earlier one.
struct RolloutStatus {
  RolloutId rollout;
  DeploymentId deployment;
  ServiceName service;
  Generation epoch;
  State state = State::pending;
  std::string phase;       // of the machine, for people: "stepping", "draining", ...
  std::uint32_t step = 0;  // index of the current step
  std::uint32_t steps = 0;
  std::uint32_t attempt = 1;
  bool strategy_skipped = false;       // first deployment at this site, or a rollback
  std::vector<SetStatus> sets;         // target first
  std::vector<std::string> pauses;     // why it stands still
  std::vector<std::string> routes;     // "preview: header X-Preview: on": requests forced to the target
  std::string reason;                  // why it is in this state: rule, numbers, remedy
  Actor actor;                         // who caused the change
  std::optional<Instant> exposed_at;   // first weight above 0 of the target
  std::optional<Instant> detected_at;  // the window that decided against it closed
  std::optional<Instant> safe_at;      // target weight 0 was read back after an abort
  std::optional<std::uint32_t> size;   // what the service was scaled to here; absent: what its versions declare
  std::uint32_t approvals_needed = 0;  // by different people at the step it stands at; 0: none is asked for
  std::vector<std::string> approved_by;
  bool operator==(const RolloutStatus&) const = default;
};

struct RolloutChanged {
  Instant at{};
  RolloutStatus status;
  bool operator==(const RolloutChanged&) const = default;
};

struct WindowJudged {
  Instant at{};
  RolloutId rollout;
  std::uint32_t step = 0;
  std::uint32_t attempt = 1;
  analysis::Measurement measurement;
  bool operator==(const WindowJudged&) const = default;
};

struct CommandAnswered {
  Instant at{};
  RolloutId rollout;
  CommandId command;
  bool accepted = false;
  std::string reason;
  bool operator==(const CommandAnswered&) const = default;
};

// The agent refused a desired state, whole: running state unchanged.
struct DesiredRefused {
  Instant at{};
  Generation generation;
  std::string code;  // "signature", "generation", "destination", "epoch", "expired", "plan-digest", "in-flight", ...
  std::string reason;
  bool operator==(const DesiredRefused&) const = default;
};

// Somebody else changed what the agent owns.
struct DriftSeen {
  Instant at{};
  ServiceName service;
  RolloutId rollout;  // empty: none under way
  std::string what;   // "weight of checkout-3f9a1c22bd01 is 50, written was 10"
  bool reasserted = false;
  bool operator==(const DriftSeen&) const = default;
};

// Anything else worth a line: artifact fetched, router restarted, disk low.
struct Notice {
  Instant at{};
  ServiceName service;
  std::string kind;
  std::string text;
  bool operator==(const Notice&) const = default;
};

// Stands where a status was that a later one of the same step replaced before it could be sent: the stream has no gap.
struct Tombstone {
  Instant at{};  // of what was here
  bool operator==(const Tombstone&) const = default;
};

using Report =
    std::variant<RolloutChanged, WindowJudged, CommandAnswered, DesiredRefused, DriftSeen, Notice, Tombstone>;

}  // namespace depops::rollout

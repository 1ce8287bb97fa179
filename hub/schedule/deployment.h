#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hub/release/reason.h"
#include "hub/release/registry.h"
#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/rollout/plan.h"
#include "shared/rollout/report.h"

// One plan carried out in one environment, and its rollouts. A deployment is counted once, whatever its fan-out.
namespace depops::hub {

// The intent to bring a version to an environment.
struct Release {
  ReleaseId id;  // "r-7"
  ServiceName service;
  VersionLabel version;
  EnvironmentName environment;
  std::string change;  // change ticket, "" if there is none
  std::string note;    // what the person wrote
  Instant created{};
  Actor actor;
  bool operator==(const Release&) const = default;
};

// The deployment failed as a change: it took production traffic and had to be undone. An outcome, not a state.
struct ChangeFailure {
  Instant at{};
  std::string reason;             // rule and numbers, as the site said it
  bool caught_in_canary = false;  // ended before it completed
  DeploymentId found_by;          // the later rollback that marked it; empty: its own rollouts
  std::optional<Instant> recovered_at;
  bool operator==(const ChangeFailure&) const = default;
};

struct Deployment {
  DeploymentId id;  // "d-7"
  std::uint64_t number = 0;
  ReleaseId release;
  ServiceName service;
  EnvironmentName environment;
  Tier tier = Tier::development;
  VersionLabel version;
  VersionLabel previous;  // live in the environment before; empty: first deployment of the service there
  Digest plan;
  rollout::ReleaseKind kind = rollout::ReleaseKind::forward;
  bool redeploy = false;  // the version was live everywhere already
  rollout::State state = rollout::State::pending;
  std::string reason;      // why it is in this state
  Reasons waiting_for;     // why it does not go on now; empty while it does
  std::uint32_t wave = 0;  // index of the current wave
  std::uint32_t waves = 0;
  std::uint32_t sites = 0;
  bool held = false;      // paused by a person: no further site starts
  std::string stopped;    // who ended it and why; empty: nobody did
  bool undo_all = false;  // it was ended by a rollback: every site goes back, whatever scope the plan has for failures
  std::uint32_t approvals_needed = 0;    // by different people, before a site may begin
  std::vector<std::string> approved_by;  // whose counts; "break-glass: NAME"
  bool supersede = false;                // ends what is under way at its sites
  DeploymentId superseded_by;            // the newer one that took over; empty: none
  Instant created{};
  std::optional<Instant> started;         // first site began
  std::optional<Instant> first_exposure;  // first site that took traffic with the version
  std::optional<Instant> completed;       // last intended site done
  std::optional<Instant> ended;
  std::optional<ChangeFailure> failure;
  Actor actor;
  bool operator==(const Deployment&) const = default;
};

// What a rollout is for: the plan forward, or a site that completed and goes back because a later one failed.
enum class RolloutRole { forward, back };

// The hub's record of a deployment at one site. The agent owns the rollout; `status` is what it said last.
struct Rollout {
  RolloutId id;  // "d-7.fra-1", going back "d-7.fra-1.back"
  DeploymentId deployment;
  SiteName site;
  ServiceName service;
  std::uint32_t wave = 0;
  RolloutRole role = RolloutRole::forward;
  Digest plan;
  VersionLabel previous;  // what the site goes back to; empty: nothing was here
  Digest previous_plan;
  rollout::RolloutStatus status;
  Sequence sequence;  // of the site's report that `status` came from; 0 = none yet
  Instant created{};
  Instant updated{};
  std::optional<Instant> ended;
  bool operator==(const Rollout&) const = default;
};

// What one service at one site was last told to do, and what it goes back to.
struct SiteTarget {
  SiteName site;
  ServiceName service;
  RolloutId rollout;
  DeploymentId deployment;
  Generation epoch;  // generation that introduced the rollout
  Digest plan;
  VersionLabel stable_version;  // completed here last; empty: none yet
  Digest stable_plan;
  bool withdrawn = false;  // the site refused it before it began: no longer part of the desired state
  bool operator==(const SiteTarget&) const = default;
};

}  // namespace depops::hub

#pragma once

#include <optional>
#include <vector>

#include "hub/release/reason.h"
#include "shared/base/names.h"
#include "shared/rollout/plan.h"
#include "shared/rollout/report.h"

// Who may travel: a version goes to an environment only if it is healthy in the one before.
namespace depops::hub::release {

// One deployment as promotion sees it.
struct Standing {
  DeploymentId deployment;
  VersionLabel version;
  rollout::ReleaseKind kind = rollout::ReleaseKind::forward;
  rollout::State state = rollout::State::pending;
  bool change_failed = false;
};

// `before`: the deployments of the service in the environment before, oldest first. Healthy there means: the newest
// deployment of the version completed and was not undone since.
Reasons unhealthy_before(const ServiceName& service, const VersionLabel& version, const EnvironmentName& environment,
                         const std::vector<Standing>& before);

// What runs in an environment: the newest that completed. Null if nothing ever did.
const Standing* live(const std::vector<Standing>& standings);

// Where a rollback goes: the newest healthy deployment of `to`, or of any version but the live one if `to` is
// empty. Null
// if there is none.
const Standing* rollback_target(const std::vector<Standing>& standings, const VersionLabel& to);

// The deployment that a rollback to `target` marks as failed: the first forward one after it that completed. Null if
// there is none that is not marked yet.
const Standing* undone_by(const std::vector<Standing>& standings, const Standing& target);

}  // namespace depops::hub::release

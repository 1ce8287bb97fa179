#pragma once

#include "hub/app/turn.h"

// Beginning a deployment: from the build, from environment to environment, or back to an earlier version. With
// `dry_run`
// everything is decided and answered, and nothing changes.
namespace depops::hub {

Answer start_deployment(Turn& turn, const StartDeployment& request, bool dry_run);
Answer promote(Turn& turn, const Promote& request, bool dry_run);
Answer roll_back(Turn& turn, const Rollback& request, bool dry_run);

}  // namespace depops::hub

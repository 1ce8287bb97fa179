#pragma once

#include <string>

#include "hub/cli/answer.h"
#include "hub/cli/goal.h"
#include "hub/cli/session.h"
#include "shared/base/moment.h"

namespace depops::hub::cli {

struct WatchOptions {
  Goal goal;
  Millis timeout{0};       // 0: none, but a hub that is silent for a minute ends it
  bool to_output = false;  // changes are the data (watch), not the talk beside it (--wait)
};

// Follows a deployment until the goal is reached (done), can not be reached any more (rollout_failed), the time is over
// (timeout), the hub is away (unreachable) or Ctrl-C comes (interrupted). With --wait the deployment as it is then is
// printed as data.
Exit watch(Session& session, HubClient& hub, const std::string& deployment, const WatchOptions& options);

}  // namespace depops::hub::cli

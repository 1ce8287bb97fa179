#pragma once

#include <signal.h>

#include "agent/main/lease_hold.h"
#include "agent/settings/settings.h"
#include "shared/base/result.h"

namespace depops::agent {

// What the main thread waits for: SIGTERM, SIGINT, kLeaseNews. Blocked before the first thread starts.
sigset_t awaited_signals();

// Waits until this agent may act on its cluster. Meanwhile it does nothing but say so: in its log, to
// `depops-agent rollout status`, and on its page of metrics. False: told to end by SIGTERM or SIGINT, or the Lease was
// lost at once.
Result<bool> stand_by(const settings::Settings& settings, const LeaseHold& lease);

}  // namespace depops::agent

#pragma once

#include "agent/haproxy/haproxy_router.h"

namespace depops::agent::haproxy {

// Lets HAProxy itself check what the settings lead to, and writes the configuration if there is none yet.
Result<void> prepare(const HaproxySettings& settings);

}  // namespace depops::agent::haproxy

#pragma once

#include <atomic>

#include "agent/ports/hooks.h"

namespace depops::agent::hooks {

// Sends the request and waits for its answer. Pre: the call is a request. `given_up`: nobody waits for it any more.
rollout::HookFact run_request(const HookOrder& order, const std::atomic<bool>& given_up);

}  // namespace depops::agent::hooks

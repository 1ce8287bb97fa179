#pragma once

#include "agent/driver/driver.h"
#include "agent/local_api/local_api.h"

namespace depops::agent {

// Answers the person at the socket: turns the request into an input of the agent and waits for what became of it.
LocalAnswer answer_local(Driver& driver, const LocalRequest& request, Instant now);

}  // namespace depops::agent

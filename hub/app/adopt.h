#pragma once

#include <string>

#include "hub/app/turn.h"

namespace depops::hub {

// Takes over what a document says that this hub signed and knows nothing of: it becomes the newest of its site; plans,
// deployments, rollouts, approvals and commands in it that are not known are made known, the deployments held. One leaf
// says what was taken and what could not be. `bytes` are those of `shown`.
void adopt(Turn& turn, SiteEntry& entry, const sync::Desired& shown, const std::string& bytes);

}  // namespace depops::hub

#pragma once

#include "hub/app/turn.h"

namespace depops::hub {

// A command to every site of the environment that was told to run the service. Answer.results: the site of each.
Answer scale(Turn& turn, const Scale& request);

// Whether the site's document carries it: a command for its rollout, or one that scales the service, whatever rollout
// of it is the newest.
bool is_carried(const World& world, const CommandRow& command, const SiteTarget& target);

}  // namespace depops::hub

#pragma once

#include <string>
#include <vector>

#include "agent/kubernetes/inspection/inspect.h"
#include "agent/settings/settings.h"

namespace depops::agent {

// What the settings name on this host and over the network: keys, certificate, folders, broker and hub. Opens no
// journal, so it can be asked while an agent runs.
std::vector<kubernetes::Finding> look_at_host(const settings::Settings& settings, Instant now);

}  // namespace depops::agent

#pragma once

#include <optional>
#include <string>

#include "agent/app/agent.h"
#include "agent/settings/settings.h"

namespace depops::agent {

// Takes `file` as this site's first trust root: copies it to where the settings say and notes its digest beside the
// journal. Does nothing if it is pinned already; another one that is pinned is never replaced. The digest.
Result<std::string> pin_trust_root(const settings::Settings& settings, const std::string& file);

// The pinned trust root; nothing if the settings name none. Error: the file is not the one that was pinned.
Result<std::optional<TrustSettings>> load_trust(const settings::Settings& settings);

}  // namespace depops::agent

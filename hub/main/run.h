#pragma once

#include "hub/main/settings.h"

namespace depops::hub {

// The hub until SIGTERM or SIGINT. Returns when everything is stopped; errors name place, cause and remedy.
Result<void> run(const Settings& settings, const std::string& version);

}  // namespace depops::hub

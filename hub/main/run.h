#pragma once

#include "hub/main/settings.h"

namespace depops::hub {

// The hub until SIGTERM or SIGINT. Returns when everything is stopped; errors name place, cause and remedy:
// `conflict`, if another hub runs on the same state directory, or took over. With `take_over` this one does: it raises
// the hub epoch.
Result<void> run(const Settings& settings, const std::string& version, bool take_over);

}  // namespace depops::hub

#pragma once

#include <string>
#include <vector>

#include "agent/haproxy/forced.h"

namespace depops::agent::haproxy {

// Gives the running HAProxy other rows for a map, all in one moment: a request
// sees the old rows or the new ones. Errors: `unavailable` like ask();
// `invalid` with HAProxy's words, and then the old rows stay.
Result<void> replace_map(const std::string& socket_path, const std::string& map, const std::vector<ForcedRow>& rows);

}  // namespace depops::agent::haproxy

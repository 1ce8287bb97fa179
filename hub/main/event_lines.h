#pragma once

#include <string>
#include <vector>

#include "hub/ports/records.h"

namespace depops::hub {

// What the log says of these events, which are in the event log with all they hold: a line for each, and one line for
// all that came a minute late or more. Ten thousand sites that come back with what a day brought are not a line each.
std::vector<std::string> event_lines(const std::vector<EventRow>& events);

}  // namespace depops::hub

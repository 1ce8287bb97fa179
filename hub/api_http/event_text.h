#pragma once

#include <string>
#include <vector>

#include "hub/ports/records.h"

namespace depops::hub::api_http {

inline constexpr const char* kResync = "event: resync\ndata: {}\n\n";

// One event of the stream, or "" when its kind is not among `topics` (empty: all).
std::string event_text(const EventRow& row, const std::vector<std::string>& topics);

}  // namespace depops::hub::api_http

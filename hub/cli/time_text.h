#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "shared/base/moment.h"

namespace depops::hub::cli {

// "2026-11-23T13:00:00+01:00", "...Z", with or without fractions of a second. Nothing without an offset: which zone is
// meant must not be guessed.
std::optional<Instant> parse_time(std::string_view text);

// RFC 3339 in UTC with milliseconds, as the API writes it.
std::string write_time(Instant time);

}  // namespace depops::hub::cli

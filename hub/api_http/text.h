#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/result.h"

namespace depops::hub::api_http {

// RFC 3339 in UTC with milliseconds: "2026-11-23T12:00:00.000Z".
std::string time_text(Instant at);
// RFC 3339 with any offset and up to nine decimals; finer than a millisecond is cut off.
std::optional<Instant> time_of(std::string_view text);

std::vector<std::string> split(std::string_view text, char separator);    // without empty parts
std::optional<std::uint64_t> number_of(std::string_view text);            // digits only, at most 18
std::string lower(std::string text);                                      // ASCII
bool is_hex(std::string_view text, std::size_t least, std::size_t most);  // lower case

}  // namespace depops::hub::api_http

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/base/moment.h"

// How files write durations and sizes.
namespace depops::manifest {

// "500ms", "2s", "1h30m", "7d": parts are added. Nothing if it is not of that form or more than 10 years.
std::optional<Millis> parse_duration(std::string_view text) noexcept;

// The shortest form that parse_duration reads back: 5400 s = "1h30m".
std::string write_duration(Millis duration);

// A number of YAML's core schema. One that is too large for a double is infinite, never 0; 0 if it is none.
double parse_number(std::string_view text) noexcept;

// "268435456", "256Mi", "1G": powers of 1024 with an i, of 1000 without. Nothing if of another form or over 2^62.
std::optional<std::uint64_t> parse_bytes(std::string_view text) noexcept;

}  // namespace depops::manifest

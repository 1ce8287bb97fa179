#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace depops::agent {

// Below these an agent does nothing but what stops, rolls back or notes, and begins nothing new. Bytes.
inline constexpr std::uint64_t kFullBytes = 8ULL << 20;
inline constexpr std::uint64_t kLowBytes = 256ULL << 20;

// Of the disk that the folder is on, as far as this user may fill it. Nothing: it can not be asked.
std::optional<std::uint64_t> free_bytes(const std::string& folder);

}  // namespace depops::agent

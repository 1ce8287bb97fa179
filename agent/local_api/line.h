#pragma once

#include <cstddef>
#include <string>

#include "agent/local_api/local_api.h"

// The bytes on the socket, shared by both ends.
namespace depops::agent {

inline constexpr std::size_t kLineMax = 64U << 10;
inline constexpr int kSilenceMs = 5'000;

// Reads up to the first newline. Error: the peer said nothing for kSilenceMs, too much, or went away.
Result<std::string> read_line(int socket);
Result<void> write_line(int socket, const std::string& line);

std::string encode(const LocalRequest& request);
std::string encode(const LocalAnswer& answer);
Result<LocalRequest> decode_request(const std::string& line);
Result<LocalAnswer> decode_answer(const std::string& line);

}  // namespace depops::agent

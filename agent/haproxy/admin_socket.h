#pragma once

#include <string>

#include "shared/base/result.h"

namespace depops::agent::haproxy {

// Sends one line of commands (joined by ';') to a unix socket and reads all of
// the answer, at most 16 MiB, for at most two seconds without a byte. Errors
// name the socket and what to do.
Result<std::string> ask(const std::string& socket_path, const std::string& commands);

// Runs `program -c -f path` and waits for it; the error holds what it said.
Result<void> check_configuration(const std::string& program, const std::string& path);

// Replaces the file at once and durably.
Result<void> replace_file(const std::string& path, const std::string& text);

}  // namespace depops::agent::haproxy

#pragma once

#include <csignal>
#include <string>

namespace depops::hub {

// One line to standard error; steering characters become spaces. Any thread.
void log_line(const std::string& line);

// SIGTERM and SIGINT, for sigwait() and nothing else; writing to a closed socket is an error code and no signal. Before
// the first thread.
sigset_t blocked_signals();

}  // namespace depops::hub

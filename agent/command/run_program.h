#pragma once

#include <string>

#include "shared/base/moment.h"
#include "shared/base/result.h"
#include "shared/spawn/spawn.h"

namespace depops::agent::command {

struct Ended {
  int status = 0;      // its exit status
  std::string output;  // the first bytes of standard output, up to the cap
};

// Runs the program, its words and environment given, in / and in a session of its own to its end, at most for `limit`;
// readable bytes or a closed other end of `stop_fd` end it at once. Error `unavailable`: it can not be started, was
// killed at the limit, stopped, or died of a signal.
Result<Ended> run_program(Program program, Millis limit, std::size_t max_output, int stop_fd);

}  // namespace depops::agent::command

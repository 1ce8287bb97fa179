#pragma once

#include <functional>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/result.h"
#include "shared/spawn/spawn.h"

namespace depops {

struct Ended {
  int status = 0;      // its exit status
  std::string output;  // the first bytes of standard output, up to the cap
};

struct RunLimits {
  Millis time{0};
  std::size_t output = 0;                // bytes that are kept
  int stop_fd = -1;                      // readable, or its other end closed: the program is ended at once
  std::function<void(int)> started{};    // told the pid
  std::string* output_so_far = nullptr;  // gets the output in any case
};

// Runs the program, its words and environment given, in / and in a session of its own to its end, at most for the time;
// what it left behind is killed with it. Standard error goes with the output if the program says so, else nowhere.
// Error `unavailable`: it can not be started, was killed at the limit, stopped, or died of a signal.
Result<Ended> run_program(Program program, const RunLimits& limits);

}  // namespace depops

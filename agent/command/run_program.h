#pragma once

#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/result.h"

namespace depops::agent::command {

struct Program {
  std::string path;
  std::vector<std::string> arguments;    // without the path itself
  std::vector<std::string> environment;  // "NAME=value"; nothing else is passed on
};

struct Ended {
  int status = 0;      // its exit status
  std::string output;  // the first bytes of standard output, up to the cap
};

// Runs it to its end, at most for `limit`; readable bytes or a closed other end of `stop_fd` end it at once. Error:
// not_found (can not be started), unavailable (killed at the limit, stopped, died of a signal).
Result<Ended> run_program(const Program& program, Millis limit, std::size_t max_output, int stop_fd);

}  // namespace depops::agent::command

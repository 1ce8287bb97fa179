#pragma once

#include <string>
#include <vector>

#include "shared/base/result.h"

namespace depops {

struct Program {
  std::vector<std::string> words;          // the first is the path of the program
  std::vector<std::string> environment{};  // "NAME=value"; there are no others
  int output = -1;                         // a descriptor of ours for its standard output
  std::string output_file{};               // or a file that is appended to; neither: /dev/null
  bool errors_too = false;                 // standard error goes where the output goes; else to ours
  bool quiet = false;                      // standard error goes to /dev/null
  std::string directory{};                 // where it runs; empty: where we do
  bool own_session = false;                // outlives us, and no signal to our terminal or group reaches it
};

// Gives the pid: a child of ours that somebody must wait for. Error `unavailable` names the program and the cause.
Result<int> spawn(const Program& program);

// Waits until the child has ended; its status as waitpid() gives it.
int wait_for(int pid);

}  // namespace depops

#pragma once

#include <string>
#include <vector>

#include "agent/ports/hooks.h"

namespace depops::agent::hooks {

// Whether the site lets pipelines run it: it stands in the list, or in a folder that does.
bool is_allowed(const std::string& program, const std::vector<std::string>& allowed);

// Runs the program to its end. Pre: the call is a command.
rollout::HookFact run_command(const HookOrder& order, const std::vector<std::string>& allowed,
                              const std::string& directory, int stop_fd);

}  // namespace depops::agent::hooks

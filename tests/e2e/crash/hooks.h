#pragma once

#include <string>
#include <vector>

#include "tests/e2e/crash/verdict.h"

namespace depops::crash {

// Writes the program that the rollouts of the walk run as a hook; its path.
std::string write_hook(const stage::Stage& stage);

// Everything it was asked for at the site: "up KEY" or "back KEY/undo".
std::vector<std::string> hook_runs(stage::Site& site);

// Since then one hook was done, and taken back if the version was bad: each with one key, however often the agent died.
void check_hooks(stage::Site& site, const Rollout& rollout, const Before& before, std::vector<std::string>& faults);

}  // namespace depops::crash

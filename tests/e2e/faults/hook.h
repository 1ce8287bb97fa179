#pragma once

#include <string>
#include <vector>

#include "tests/e2e/stage/site.h"

namespace depops::faults {

// Writes the program that rollouts run as a hook; its path. It says each run, and must not be run again by itself.
std::string write_hook(const stage::Stage& stage);

// Everything it was asked for at the site: "up KEY" or "back KEY/undo".
std::vector<std::string> hook_runs(const stage::Site& site);

}  // namespace depops::faults

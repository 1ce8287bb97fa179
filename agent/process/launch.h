#pragma once

#include <string>

#include "agent/instances/table.h"
#include "agent/process/process_runtime.h"

namespace depops::agent::process {

// Starts the shim of one instance with the process behind it; gives the pid of the shim, a child of ours. The process
// gets an environment made from nothing: settings of the version, our own words, and PATH, HOME, LANG, TZ of the agent.
// Errors: a command that leaves the artifact, a missing program, no process to be had.
Result<int> launch(const ProcessSettings& settings, const instances::Instance& instance,
                   const rollout::VersionSnapshot& snapshot);

std::string artifact_dir(const ProcessSettings& settings, const Digest& digest);
std::string instance_dir(const ProcessSettings& settings, const EndpointId& id);

}  // namespace depops::agent::process

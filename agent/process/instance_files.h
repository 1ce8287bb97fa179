#pragma once

#include <cstdint>
#include <string>

#include "agent/instances/table.h"

// The folder of one instance, as its shim keeps it (agent/shim/README.md).
namespace depops::agent::process {

struct InstanceFiles {
  bool shim_alive = false;
  int shim_pid = 0;
  int child_pid = 0;  // 0: not started yet
  std::uint64_t child_ticks = 0;
  bool ended = false;
  std::string ending;  // "exit 1 after 0.2 s: bind: Address already in use"
};

InstanceFiles read_instance_files(const std::string& dir);

// The last line the process wrote, printable, at most 200 characters.
std::string last_log_line(const std::string& dir);

// Removes the folders in `dir` of instances that the table does not have: an agent that died between forgetting an
// instance and removing its folder left them behind. An instance is in the table before its folder is made.
void remove_forgotten(const std::string& dir, const instances::Table& table);

}  // namespace depops::agent::process

#pragma once

#include <cstdint>
#include <set>
#include <string>

// What /proc says. All of it can be outdated by the time it is read: identity is checked with an open pidfd.
namespace depops::agent::process {

struct ProcStat {
  char state = 0;  // 'Z' is dead
  int group = 0;
  int session = 0;
  std::uint64_t start_ticks = 0;
};

// state 0: there is no such process.
ProcStat proc_stat(int pid);

// True when the process is alive, began at start_ticks, and has DEPOPS_INSTANCE=marker in its environment or does not
// let us read that (another user's).
bool is_process(int pid, std::uint64_t start_ticks, const std::string& marker);

// Sends the signal to the process and its group if it still is the one; false when it is not. The pid is pinned by a
// pidfd before it is checked.
bool signal_group(int pid, std::uint64_t start_ticks, const std::string& marker, int number);

// Kills every process that carries the marker; for what is left when a shim was killed.
void kill_marked(const std::string& marker);

// Does a listening socket on this port belong to `pid` or to a process of its session?
bool owns_listener(int pid, std::uint16_t port);

std::set<std::uint16_t> listening_ports();

// First and last port the kernel gives to outgoing connections.
std::pair<std::uint16_t, std::uint16_t> outgoing_range();

int open_pidfd(int pid);

}  // namespace depops::agent::process

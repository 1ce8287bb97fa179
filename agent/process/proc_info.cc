#include "agent/process/proc_info.h"

#include <dirent.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <functional>
#include <sstream>
#include <vector>

namespace depops::agent::process {
namespace {

std::string read_small(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void for_each_pid(const std::function<void(int)>& visit) {
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) return;
  while (const dirent* entry = ::readdir(proc)) {
    const std::string name = entry->d_name;
    int pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc{} && end == name.data() + name.size()) visit(pid);
  }
  ::closedir(proc);
}

struct Listener {
  std::uint16_t port = 0;
  std::uint64_t inode = 0;
};

std::vector<Listener> listeners() {
  std::vector<Listener> found;
  for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream table(path);
    std::string line;
    std::getline(table, line);
    while (std::getline(table, line)) {
      std::istringstream fields(line);
      std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout;
      std::uint64_t inode = 0;
      fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
      const std::size_t colon = local.rfind(':');
      if (state != "0A" || colon == std::string::npos) continue;
      const auto port = static_cast<std::uint16_t>(std::strtoul(local.c_str() + colon + 1, nullptr, 16));
      found.push_back({port, inode});
    }
  }
  return found;
}

bool holds_socket(int pid, const std::set<std::string>& names) {
  const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
  DIR* fds = ::opendir(folder.c_str());
  if (fds == nullptr) return false;
  bool found = false;
  while (const dirent* entry = ::readdir(fds)) {
    char target[64];
    const ssize_t length = ::readlink((folder + "/" + entry->d_name).c_str(), target, sizeof target);
    if (length > 0 && names.contains(std::string(target, static_cast<std::size_t>(length)))) found = true;
  }
  ::closedir(fds);
  return found;
}

bool carries_marker(const std::string& environment, const std::string& marker) {
  const std::string wanted = std::string(1, '\0') + "DEPOPS_INSTANCE=" + marker + std::string(1, '\0');
  return (std::string(1, '\0') + environment).find(wanted) != std::string::npos;
}

}  // namespace

ProcStat proc_stat(int pid) {
  const std::string text = read_small("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = text.rfind(')');
  if (pid <= 0 || name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 1));
  ProcStat stat;
  std::string skipped;
  fields >> stat.state >> skipped >> stat.group >> stat.session;
  for (int field = 7; field < 22; ++field) fields >> skipped;
  fields >> stat.start_ticks;
  return stat;
}

bool is_process(int pid, std::uint64_t start_ticks, const std::string& marker) {
  const ProcStat stat = proc_stat(pid);
  if (stat.state == 0 || stat.state == 'Z' || stat.state == 'X' || stat.start_ticks != start_ticks) return false;
  const std::string environment = read_small("/proc/" + std::to_string(pid) + "/environ");
  return environment.empty() || carries_marker(environment, marker);
}

int open_pidfd(int pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

bool signal_group(int pid, std::uint64_t start_ticks, const std::string& marker, int number) {
  const int pidfd = open_pidfd(pid);
  if (pidfd < 0) return false;
  const bool same = is_process(pid, start_ticks, marker);
  const bool sent = same && ::syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0) == 0;
  ::close(pidfd);
  // The process got its signal already; the rest of the group gets it too, and the leader is not told twice.
  if (sent && proc_stat(pid).group == pid) {
    for_each_pid([&](int other) {
      if (other != pid && proc_stat(other).group == pid) ::kill(other, number);
    });
  }
  return sent;
}

void kill_marked(const std::string& marker) {
  for_each_pid([&](int pid) {
    if (pid == ::getpid()) return;
    if (carries_marker(read_small("/proc/" + std::to_string(pid) + "/environ"), marker)) ::kill(pid, SIGKILL);
  });
}

bool owns_listener(int pid, std::uint16_t port) {
  std::set<std::string> sockets;
  for (const Listener& listener : listeners()) {
    if (listener.port == port) sockets.insert("socket:[" + std::to_string(listener.inode) + "]");
  }
  if (sockets.empty()) return false;
  if (holds_socket(pid, sockets)) return true;
  const int session = proc_stat(pid).session;
  bool found = false;
  for_each_pid([&](int other) {
    if (!found && other != pid && proc_stat(other).session == session) found = holds_socket(other, sockets);
  });
  return found;
}

std::set<std::uint16_t> listening_ports() {
  std::set<std::uint16_t> ports;
  for (const Listener& listener : listeners()) ports.insert(listener.port);
  return ports;
}

std::pair<std::uint16_t, std::uint16_t> outgoing_range() {
  std::istringstream text(read_small("/proc/sys/net/ipv4/ip_local_port_range"));
  std::uint16_t first = 32'768, last = 60'999;
  text >> first >> last;
  return {first, last};
}

}  // namespace depops::agent::process

#include "agent/process/instance_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace depops::agent::process {
namespace {

bool is_locked(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool asked = ::fcntl(fd, F_OFD_GETLK, &lock) == 0;  // asks only: taking it could keep a shim from starting
  ::close(fd);
  return asked && lock.l_type != F_UNLCK;
}

std::string in_seconds(long milliseconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(milliseconds) / 1000.0);
  return text;
}

}  // namespace

std::string last_log_line(const std::string& dir) {
  std::ifstream file(dir + "/log", std::ios::binary | std::ios::ate);
  if (!file) return {};
  const std::streamoff size = file.tellg();
  file.seekg(size > 2000 ? size - 2000 : 0);
  std::string line, last;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  std::string clean;
  for (const char c : last.substr(0, 200)) clean += c >= ' ' && c < 127 ? c : '?';
  return clean;
}

void remove_forgotten(const std::string& dir, const instances::Table& table) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir, error)) {
    if (table.instances.contains(EndpointId(entry.path().filename().string()))) continue;
    std::error_code ignored;
    std::filesystem::remove_all(entry.path(), ignored);
  }
}

InstanceFiles read_instance_files(const std::string& dir) {
  InstanceFiles files;
  files.shim_alive = is_locked(dir + "/lock");
  std::ifstream(dir + "/lock") >> files.shim_pid;
  std::ifstream(dir + "/child") >> files.child_pid >> files.child_ticks;
  std::ifstream exit_file(dir + "/exit");
  long lived = 0;
  if (!std::getline(exit_file, files.ending)) return files;
  exit_file >> lived;
  files.ended = true;
  files.ending += " after " + in_seconds(lived);
  if (const std::string said = last_log_line(dir); !said.empty()) files.ending += ": " + said;
  return files;
}

}  // namespace depops::agent::process

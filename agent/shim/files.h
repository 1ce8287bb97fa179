#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

// The files by which a shim speaks to the agent, and the log it keeps.
namespace depops::shim {

// Takes the lock of the folder and writes the own pid into it; -1 when another shim holds it or the folder is gone.
int take_lock(const std::string& dir);

// Writes DIR/name by rename, durably.
bool write_file(const std::string& dir, const std::string& name, const std::string& text);

// Field 22 of /proc/PID/stat; 0 when there is no such process.
std::uint64_t start_ticks(pid_t pid);

// Appends to DIR/log; when it would pass `limit` bytes, log becomes log.1 and a new one begins.
class RotatingLog {
 public:
  RotatingLog(std::string dir, std::uint64_t limit);
  ~RotatingLog();
  RotatingLog(const RotatingLog&) = delete;
  RotatingLog& operator=(const RotatingLog&) = delete;
  void append(const char* bytes, std::size_t count);

 private:
  void open();

  std::string dir_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  int fd_ = -1;
};

}  // namespace depops::shim

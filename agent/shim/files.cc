#include "agent/shim/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace depops::shim {
namespace {

bool write_all(int fd, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t wrote = ::write(fd, bytes, count);
    if (wrote <= 0) return false;
    bytes += wrote;
    count -= static_cast<std::size_t>(wrote);
  }
  return true;
}

}  // namespace

int take_lock(const std::string& dir) {
  const int fd = ::open((dir + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd, F_OFD_SETLK, &lock) != 0) {
    ::close(fd);
    return -1;
  }
  const std::string pid = std::to_string(::getpid()) + " " + std::to_string(start_ticks(::getpid())) + "\n";
  if (::ftruncate(fd, 0) != 0 || !write_all(fd, pid.data(), pid.size())) {
    ::close(fd);
    return -1;
  }
  return fd;
}

bool write_file(const std::string& dir, const std::string& name, const std::string& text) {
  const std::string temporary = dir + "/." + name;
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool written = write_all(fd, text.data(), text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  return written && ::rename(temporary.c_str(), (dir + "/" + name).c_str()) == 0;
}

std::uint64_t start_ticks(pid_t pid) {
  const int fd = ::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char buffer[2048];
  const ssize_t got = ::read(fd, buffer, sizeof buffer);
  ::close(fd);
  const std::string text(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
  std::size_t at = text.rfind(')');  // the name of the program may hold blanks and brackets
  for (int field = 3; at != std::string::npos && field <= 22; ++field) at = text.find(' ', at + 1);
  return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at, nullptr, 10);
}

RotatingLog::RotatingLog(std::string dir, std::uint64_t limit) : dir_(std::move(dir)), limit_(limit) { open(); }

RotatingLog::~RotatingLog() {
  if (fd_ >= 0) ::close(fd_);
}

void RotatingLog::open() {
  fd_ = ::open((dir_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  struct stat info {};
  size_ = fd_ >= 0 && ::fstat(fd_, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

void RotatingLog::append(const char* bytes, std::size_t count) {
  if (limit_ > 0 && size_ > 0 && size_ + count > limit_) {
    if (fd_ >= 0) ::close(fd_);
    ::rename((dir_ + "/log").c_str(), (dir_ + "/log.1").c_str());
    open();
  }
  // A full disk loses log lines, never the service: what can not be written is dropped.
  if (fd_ >= 0 && write_all(fd_, bytes, count)) size_ += count;
}

}  // namespace depops::shim

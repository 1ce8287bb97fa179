#include "agent/journal_sqlite/reserve_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/crash_point/crash_point.h"

namespace depops::agent {

bool ReserveFile::hold() {
  if (held_ || bytes_ == 0) return true;
  crash_point("journal.reserve.before");
  const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  held_ = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes_)) == 0;
  ::close(fd);
  if (!held_) ::unlink(path_.c_str());  // part of it may be there: give that back
  crash_point("journal.reserve.after");
  return held_;
}

void ReserveFile::free() {
  crash_point("journal.free.before");
  ::unlink(path_.c_str());
  crash_point("journal.free.after");
  held_ = false;
}

}  // namespace depops::agent

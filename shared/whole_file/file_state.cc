#include "shared/whole_file/file_state.h"

#include <sys/stat.h>

namespace depops::whole_file {
namespace {

std::chrono::nanoseconds since_epoch(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

std::optional<FileState> state_of(const std::string& path) {
  struct stat seen {};
  if (::stat(path.c_str(), &seen) != 0) return std::nullopt;
  return FileState{seen.st_dev, seen.st_ino, seen.st_size, since_epoch(seen.st_mtim), since_epoch(seen.st_ctim)};
}

}  // namespace depops::whole_file

#include "agent/main/disk.h"

#include <sys/statvfs.h>

namespace depops::agent {

std::optional<std::uint64_t> free_bytes(const std::string& folder) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return std::nullopt;
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

}  // namespace depops::agent

#include "tests/e2e/stage/small_disk.h"

#include <sched.h>
#include <string.h>
#include <sys/mount.h>

#include <cerrno>
#include <fstream>
#include <sstream>

#include "tests/e2e/stage/trouble.h"

namespace depops::stage {

bool own_mounts() {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

void mount_small_disk(const std::string& folder, unsigned mebibytes) {
  const std::string options = "mode=700,size=" + std::to_string(mebibytes) + "m";
  if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()) != 0) {
    throw Trouble("cannot mount a small disk on " + folder + ": " + ::strerror(errno));
  }
}

void unmount_inside(const std::string& folder) {
  std::ifstream mounts("/proc/self/mounts");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string device, place;
    words >> device >> place;
    if (place.starts_with(folder + "/")) ::umount2(place.c_str(), MNT_DETACH);
  }
}

}  // namespace depops::stage

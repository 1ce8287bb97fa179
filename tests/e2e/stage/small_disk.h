#pragma once

#include <string>

namespace depops::stage {

// From now on this process and what it starts has mounts of its own. False: not permitted. Call before the stage is
// made, while there is one thread.
bool own_mounts();

// A file system in memory of so many MiB on the folder; gone with the last process that sees it.
void mount_small_disk(const std::string& folder, unsigned mebibytes);

// Takes away what is mounted inside the folder.
void unmount_inside(const std::string& folder);

}  // namespace depops::stage

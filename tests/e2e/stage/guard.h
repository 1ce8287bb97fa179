#pragma once

#include <sys/types.h>

#include <string>

namespace depops::stage {

// A folder, and a process beside the test that waits for the test's end, however it comes: then it ends every process
// that runs in or from the folder, and removes the folder. Make it before the first thread starts.
class Guard {
 public:
  explicit Guard(const std::string& name);
  ~Guard();  // returns when all of it is gone; DEPOPS_KEEP=1 leaves the folder
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  const std::string& folder() const noexcept { return folder_; }

 private:
  std::string folder_;
  int lifeline_ = -1;
  pid_t pid_ = -1;
};

}  // namespace depops::stage

#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

namespace depops::stage {

// Free ports on 127.0.0.1 below the kernel's range of outgoing ones, in blocks of 100 that are held by a lock file for
// as long as this lives: the same blocks and locks as the quickstart's, so that all run side by side. Any thread.
class Ports {
 public:
  Ports() = default;
  ~Ports();
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  std::uint16_t take(std::uint16_t count = 1);  // the first of so many in a row
  void leave_block();                           // somebody who takes no locks was quicker: go on with another one

 private:
  void take_block();

  std::mutex mutex_;
  std::vector<int> locks_;
  std::uint16_t next_ = 0;
  std::uint16_t end_ = 0;
};

}  // namespace depops::stage

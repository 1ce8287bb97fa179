#pragma once

#include <mutex>

namespace depops::agent::kubernetes {

// Ends from another thread what waits for bytes of a socket. Once tripped it stays so until it is mended.
class Breaker {
 public:
  // What is armed when it trips, or is armed after it has, is shut down at once.
  void arm(int socket);
  void disarm();
  void trip();
  void mend();
  bool tripped() const;

 private:
  mutable std::mutex mutex_;
  int socket_ = -1;
  bool tripped_ = false;
};

}  // namespace depops::agent::kubernetes

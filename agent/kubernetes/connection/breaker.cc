#include "agent/kubernetes/connection/breaker.h"

#include <sys/socket.h>

namespace depops::agent::kubernetes {

void Breaker::arm(int socket) {
  const std::lock_guard lock(mutex_);
  socket_ = socket;
  if (tripped_ && socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

void Breaker::disarm() {
  const std::lock_guard lock(mutex_);
  socket_ = -1;
}

void Breaker::trip() {
  const std::lock_guard lock(mutex_);
  tripped_ = true;
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

void Breaker::mend() {
  const std::lock_guard lock(mutex_);
  tripped_ = false;
}

bool Breaker::tripped() const {
  const std::lock_guard lock(mutex_);
  return tripped_;
}

}  // namespace depops::agent::kubernetes

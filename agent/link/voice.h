#pragma once

#include <mutex>
#include <string>

#include "shared/signing/signing.h"

namespace depops::agent {

// The name of a connection, 16 random bytes as 32 hex digits: its will carries it and so does every Hello on it. So the
// hub knows of which connection the broker tells the death. Thread: any.
class Voice {
 public:
  // Before each attempt to connect.
  std::string draw() {
    const std::lock_guard lock(mutex_);
    return word_ = signing::to_hex(signing::random_bytes(16));
  }
  // Of the newest attempt.
  std::string word() const {
    const std::lock_guard lock(mutex_);
    return word_;
  }

 private:
  mutable std::mutex mutex_;
  std::string word_;
};

}  // namespace depops::agent

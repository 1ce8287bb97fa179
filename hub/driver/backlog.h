#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace depops::hub {

// How much was stepped and is not committed yet. The loop takes no further input while it is too much. Thread: any.
class Backlog {
 public:
  explicit Backlog(std::size_t most) : most_(most) {}

  void add(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    bytes_ += bytes;
  }

  void remove(std::size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      bytes_ -= bytes;
    }
    less_.notify_all();
  }

  std::size_t bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

  // Waits until there is room, at most so long.
  bool has_room_within(std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    return less_.wait_for(lock, wait, [this] { return bytes_ < most_; });
  }

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable less_;
  std::size_t bytes_ = 0;
};

}  // namespace depops::hub

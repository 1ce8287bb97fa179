#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace depops::mqtt {

// From the transport's callback to whoever commits: push() never waits, what does not fit is dropped and counted. That
// is safe because nothing counts as received before it was committed and acknowledged: the sender sends it again.
template <typename T>
class BoundedQueue {
 public:
  BoundedQueue(std::size_t max_items, std::size_t max_bytes) : max_items_(max_items), max_bytes_(max_bytes) {}

  // False: dropped.
  bool push(T item, std::size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= max_items_ || bytes_ + bytes > max_bytes_) {
        ++dropped_;
        return false;
      }
      bytes_ += bytes;
      items_.emplace_back(std::move(item), bytes);
    }
    filled_.notify_one();
    return true;
  }

  // Up to `max` items in order, as soon as there is one; nothing after `wait`, or when the queue is closed and empty.
  std::vector<T> take(std::size_t max, std::chrono::milliseconds wait) {
    std::vector<T> taken;
    std::unique_lock lock(mutex_);
    filled_.wait_for(lock, wait, [&] { return closed_ || !items_.empty(); });
    while (!items_.empty() && taken.size() < max) {
      bytes_ -= items_.front().second;
      taken.push_back(std::move(items_.front().first));
      items_.pop_front();
    }
    return taken;
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    filled_.notify_all();
  }

  std::uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }
  std::size_t room_bytes() const {  // for the window in acknowledgements
    const std::lock_guard lock(mutex_);
    return max_bytes_ - bytes_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::pair<T, std::size_t>> items_;
  std::size_t max_items_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace depops::mqtt

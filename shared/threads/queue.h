#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace depops {

// Items from any thread to one taker, in order.
template <typename T>
class Queue {
 public:
  void push(T item) {
    {
      const std::lock_guard lock(mutex_);
      items_.push_back(std::move(item));
    }
    filled_.notify_one();
  }

  // Items that were taken and not worked off go back to the front, in their order.
  void give_back(std::vector<T> items) {
    const std::lock_guard lock(mutex_);
    items_.insert(items_.begin(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
  }

  // Waits until there is something, `wait` is over or close() was called; takes at most `most`.
  std::vector<T> take(std::chrono::milliseconds wait, std::size_t most) {
    std::unique_lock lock(mutex_);
    filled_.wait_for(lock, wait, [this] { return !items_.empty() || closed_; });
    std::vector<T> taken;
    while (!items_.empty() && taken.size() < most) {
      taken.push_back(std::move(items_.front()));
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

  // Closed and empty: nothing will come any more.
  bool finished() const {
    const std::lock_guard lock(mutex_);
    return closed_ && items_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace depops

#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace depops {

// What a worker thread hears from others: the newest value that it was given, that it should look again, and that it is
// over. A value that was not taken yet is replaced: only the newest counts. Thread: any gives, rings and closes; one
// waits.
template <typename T>
class Mailbox {
 public:
  struct Mail {
    bool over = false;  // closed: nothing more is done, whatever else came
    bool rung = false;
    std::optional<T> value;
  };

  void give(T value) {
    {
      const std::lock_guard lock(mutex_);
      value_ = std::move(value);
    }
    news_.notify_all();
  }

  void ring() {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    news_.notify_all();
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    news_.notify_all();
  }

  // Waits for any of them, at most so long, and takes what is there.
  Mail wait(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, most, [this] { return over_ || rung_ || value_; });
    return {over_, std::exchange(rung_, false), std::exchange(value_, std::nullopt)};
  }

  // A pause that only the end cuts short. False: it is over.
  bool rest(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !news_.wait_for(lock, time, [this] { return over_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::optional<T> value_;
  bool rung_ = false;
  bool over_ = false;
};

}  // namespace depops

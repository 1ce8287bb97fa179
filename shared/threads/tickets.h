#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <map>
#include <mutex>
#include <utility>

namespace depops {

// Callers that wait for the answer to a question, by ticket.
template <typename Answer>
class Tickets {
 public:
  std::pair<std::uint64_t, std::future<Answer>> open() {
    const std::lock_guard lock(mutex_);
    const std::uint64_t ticket = ++last_;
    return {ticket, waiting_[ticket].get_future()};
  }

  // An answer nobody waits for any more is dropped.
  void answer(std::uint64_t ticket, Answer answer) {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(ticket);
    if (found == waiting_.end()) return;
    found->second.set_value(std::move(answer));
    waiting_.erase(found);
  }

  void give_up(std::uint64_t ticket) {
    const std::lock_guard lock(mutex_);
    waiting_.erase(ticket);
  }

 private:
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::promise<Answer>> waiting_;
};

}  // namespace depops

#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace depops::mqtt {

// Through a list of brokers, one attempt to connect at each in turn. Each is shown the same identity until the walk
// comes round: two identities that take turns, as brokers do, would else come to the same broker for ever.
class Walk {
 public:
  struct Step {
    bool other = false;  // another broker than at the attempt before
    bool ask = false;    // which identity is to be shown
  };

  explicit Walk(std::vector<std::string> brokers) : brokers_(std::move(brokers)) {}

  // The next attempt begins. Thread: one.
  Step next() {
    const std::size_t here = next_;
    next_ = (here + 1) % brokers_.size();
    const Step step{here != at_, ask_anew_.exchange(false) || here == ask_at_};
    if (step.ask) ask_at_ = here;
    at_ = here;
    return step;
  }

  // Thread: any.
  const std::string& url() const { return brokers_[at_]; }
  bool has_others() const { return brokers_.size() > 1; }
  void ask_anew() { ask_anew_ = true; }  // at the next attempt
  void stay() { next_ = at_.load(); }    // the next attempt goes where the last one went

 private:
  const std::vector<std::string> brokers_;
  std::atomic<std::size_t> at_ = 0;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> ask_anew_ = false;
  std::size_t ask_at_ = 0;
};

}  // namespace depops::mqtt

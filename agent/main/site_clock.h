#pragma once

#include <atomic>

#include "shared/ports/clock.h"

namespace depops::agent {

// The site's time (agent/app/trusted_time.h) for who works beside the agent's loop. Thread: any.
class SiteClock final : public ports::Clock {
 public:
  explicit SiteClock(const ports::Clock& machine) : machine_(machine) {}

  Moment now() const override {
    Moment now = machine_.now();
    now.wall -= Millis(skew_.load());
    return now;
  }
  void correct(Millis skew) { skew_.store(skew.count()); }

 private:
  const ports::Clock& machine_;
  std::atomic<Millis::rep> skew_{0};
};

}  // namespace depops::agent

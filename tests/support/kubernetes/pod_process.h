#pragma once

#include <chrono>
#include <string>

#include "shared/json/value.h"
#include "tests/support/child.h"

namespace depops::test {

// The first container of a pod as a real process, which gets its variables, and ADDRESS and PORT to listen at. Dies
// with the thread that made it.
class PodProcess {
 public:
  using Clock = std::chrono::steady_clock;

  PodProcess(const json::Value& pod, const std::string& program, std::string address, const std::string& log);

  bool running() { return child_.running(); }
  bool ready() const;  // as the pod's readinessProbe asks, by HTTP; without one: it listens
  // The pod is to go: as a kubelet does it, preStop (`sleep N` only), SIGTERM, after the grace period SIGKILL. Asked
  // again and again; true: it is gone.
  bool has_ended(Clock::time_point now);

 private:
  std::string address_;
  std::uint16_t port_;
  std::string probe_;
  std::chrono::seconds before_stop_;
  std::chrono::seconds grace_;
  Clock::time_point asked_{};
  bool told_ = false;
  Child child_;
};

}  // namespace depops::test

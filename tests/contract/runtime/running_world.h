#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "tests/contract/runtime/runtime_cases.h"

namespace depops::test {

// What every world has around the Runtime that runs in it. Whoever derives from it begins with start_agent() and ends
// with stop_agent().
class RunningWorld : public RuntimeWorld {
 public:
  void apply(agent::RuntimeOrders orders) override;
  // Nothing that is told meanwhile, or was since the order, is overlooked, however soon the next thing was told.
  agent::RuntimeFacts wait(const std::function<bool(const agent::RuntimeFacts&)>& condition) override;
  void restart_agent() override;

  void start_agent();
  void stop_agent();

 protected:
  // `patience`: of wait().
  RunningWorld(std::function<std::unique_ptr<agent::Runtime>()> make, std::chrono::seconds patience)
      : make_(std::move(make)), patience_(patience) {}

 private:
  const std::function<std::unique_ptr<agent::Runtime>()> make_;
  const std::chrono::seconds patience_;
  std::unique_ptr<agent::Runtime> runtime_;
  std::uint64_t seq_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  agent::RuntimeFacts facts_;
  std::vector<agent::RuntimeFacts> fresh_;  // told since the last order, or since somebody waited last; in order
  bool read_ = false;
};

}  // namespace depops::test

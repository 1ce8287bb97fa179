#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "agent/process/process_runtime.h"
#include "tests/contract/runtime/runtime_cases.h"

namespace depops::test {

class SystemClock : public ports::Clock {
 public:
  Moment now() const override;
};

// The process runtime with the demo service as its artifact, in a folder of its own. Ends what it started.
class ProcessWorld : public RuntimeWorld {
 public:
  ProcessWorld();
  ~ProcessWorld() override;
  agent::SetOrder order(const std::string& label, std::uint32_t replicas) override;
  void apply(agent::RuntimeOrders orders) override;
  agent::RuntimeFacts wait(const std::function<bool(const agent::RuntimeFacts&)>& condition) override;
  void crash(const EndpointId& id) override;
  void restart_agent() override;

  void start_agent();
  void stop_agent();
  int pid_of(const EndpointId& id) const;
  const std::filesystem::path& dir() const { return dir_; }
  agent::ProcessSettings settings() const;

 private:
  SystemClock clock_;
  std::filesystem::path dir_;
  std::uint16_t first_port_;
  std::unique_ptr<agent::Runtime> runtime_;
  std::uint64_t seq_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  agent::RuntimeFacts facts_;
  bool read_ = false;
};

}  // namespace depops::test

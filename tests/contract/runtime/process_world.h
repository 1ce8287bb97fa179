#pragma once

#include <filesystem>

#include "agent/process/process_runtime.h"
#include "tests/contract/runtime/running_world.h"

namespace depops::test {

class SystemClock : public ports::Clock {
 public:
  Moment now() const override;
};

// The process runtime with the demo service as its artifact, in a folder of its own. Ends what it started.
class ProcessWorld : public RunningWorld {
 public:
  ProcessWorld();
  ~ProcessWorld() override;
  agent::SetOrder order(const std::string& label, std::uint32_t replicas) override;
  void crash(const EndpointId& id) override;

  int pid_of(const EndpointId& id) const;
  const std::filesystem::path& dir() const { return dir_; }
  agent::ProcessSettings settings() const;

 private:
  SystemClock clock_;
  std::filesystem::path dir_;
  std::uint16_t first_port_;
};

}  // namespace depops::test

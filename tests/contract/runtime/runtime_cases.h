#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/ports/runtime.h"

namespace depops::test {

// A Runtime with what a test needs around it. Waiting lets its own kind of time pass until the condition holds.
class RuntimeWorld {
 public:
  virtual ~RuntimeWorld() = default;
  virtual agent::SetOrder order(const std::string& label, std::uint32_t replicas) = 0;  // of a version that works
  virtual void apply(agent::RuntimeOrders orders) = 0;
  // The newest facts read under the newest orders for which the condition holds; fails the test when there are none.
  virtual agent::RuntimeFacts wait(const std::function<bool(const agent::RuntimeFacts&)>& condition) = 0;
  virtual void crash(const EndpointId& id) = 0;  // the process or pod ends without being told to by the agent
  virtual void restart_agent() = 0;              // a new Runtime over what is durable; orders must be applied again
};

// Runs every case of the port's contract; those of two sets side by side only where that can be.
void runtime_cases(const std::function<std::unique_ptr<RuntimeWorld>()>& make, bool beside = true);

}  // namespace depops::test

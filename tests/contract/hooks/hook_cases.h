#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/ports/hooks.h"

namespace depops::test {

enum class Ending { well, badly, never };

// Hooks with what a test needs around them. Waiting lets their own kind of time pass until the condition holds.
class HookWorld {
 public:
  virtual ~HookWorld() = default;
  virtual agent::HookOrder order(const std::string& service, std::uint64_t number, Ending ending) = 0;
  virtual void apply(agent::HookOrders orders) = 0;
  virtual agent::HookFacts wait(const std::function<bool(const agent::HookFacts&)>& condition) = 0;
  virtual std::size_t begun(const agent::HookOrder& order) = 0;  // how often
  virtual bool is_alive(const agent::HookOrder& order) = 0;
  virtual void restart_agent() = 0;  // it died; a new one over what is durable
};

// Runs every case of the port's contract.
void hook_cases(const std::function<std::unique_ptr<HookWorld>()>& make);

}  // namespace depops::test

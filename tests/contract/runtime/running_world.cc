#include "tests/contract/runtime/running_world.h"

#include <catch2/catch.hpp>
#include <optional>
#include <utility>

namespace depops::test {

void RunningWorld::start_agent() {
  runtime_ = make_();
  read_ = false;
  fresh_.clear();
  seq_ = 0;
  runtime_->start([this](agent::RuntimeFacts facts) {
    const std::lock_guard lock(mutex_);
    facts_ = std::move(facts);
    fresh_.push_back(facts_);
    read_ = true;
    changed_.notify_all();
  });
}

void RunningWorld::stop_agent() {
  if (runtime_ != nullptr) runtime_->stop();
  runtime_.reset();
}

void RunningWorld::restart_agent() {
  stop_agent();
  start_agent();
}

void RunningWorld::apply(agent::RuntimeOrders orders) {
  {
    const std::lock_guard lock(mutex_);
    seq_ = orders.seq;
    fresh_.clear();
  }
  runtime_->apply(std::move(orders));
}

agent::RuntimeFacts RunningWorld::wait(const std::function<bool(const agent::RuntimeFacts&)>& condition) {
  std::unique_lock lock(mutex_);
  const auto holds = [&](const agent::RuntimeFacts& facts) { return facts.applied_seq == seq_ && condition(facts); };
  std::optional<agent::RuntimeFacts> found;
  const auto look = [&] {
    if (fresh_.empty() && read_ && holds(facts_)) found = facts_;
    for (const agent::RuntimeFacts& facts : std::exchange(fresh_, {})) {
      if (!found && holds(facts)) found = facts;
    }
    return found.has_value();
  };
  const bool came = changed_.wait_for(lock, patience_, look);
  std::string seen = "seq " + std::to_string(facts_.applied_seq);
  for (const auto& set : facts_.sets) {
    seen += "; " + set.set.str() + " desired " + std::to_string(set.desired) + " running " +
            std::to_string(set.running) + " ready " + std::to_string(set.ready) + " retiring " +
            std::to_string(set.retiring) + " restarts " + std::to_string(set.restarts) + " trouble " + set.trouble;
  }
  INFO(seen);
  REQUIRE(came);
  return *found;
}

}  // namespace depops::test

#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/ports/hooks.h"
#include "shared/base/moment.h"
#include "tests/simulation/hook_rules.h"
#include "tests/simulation/rng.h"

namespace depops::simulation {

// Runs hooks in virtual time: they take a while, fail or leave nobody knowing, and are lost with the agent.
class FakeHooks {
 public:
  using Draw = std::function<std::pair<Millis, rollout::HookOutcome>(const agent::HookOrder&)>;

  FakeHooks(Rng& rng, HookRules* rules) : rng_(rng), rules_(rules) {}
  void follow(Draw draw) { script_ = std::move(draw); }  // instead of chance: how long it takes, how it ends

  void apply(const agent::HookOrders& orders, const rollout::Record* record, bool target_has_requests,
             const Moment& now);
  void advance(const Moment& now);
  void adapter_restarted();
  void be_good(bool good) { good_ = good; }
  bool changed() const { return changed_; }
  agent::HookFacts facts();

 private:
  struct Run {
    agent::HookOrder order;
    Millis ends{0};
    rollout::HookOutcome outcome = rollout::HookOutcome::running;
    rollout::HookOutcome drawn = rollout::HookOutcome::done;
  };

  std::pair<Millis, rollout::HookOutcome> draw(const agent::HookOrder& order);
  void tell_end(const Run& run, rollout::HookOutcome outcome);

  Rng& rng_;
  HookRules* rules_;  // null: nobody asks
  Draw script_;
  std::map<std::string, bool> stubborn_;  // undo hooks that always fail
  std::vector<Run> runs_;
  bool good_ = false;
  bool changed_ = false;
};

}  // namespace depops::simulation

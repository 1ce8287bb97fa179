#include "tests/simulation/fake_hooks.h"

#include <algorithm>

namespace depops::simulation {

using rollout::HookOutcome;

std::pair<Millis, HookOutcome> FakeHooks::draw(const agent::HookOrder& order) {
  if (script_) return script_(order);
  const Millis span(rng_.between(100, 8'000));
  if (order.key.ends_with("/undo") && stubborn_.try_emplace(order.key, rng_.chance(200)).first->second)
    return {span, HookOutcome::failed};
  if (good_ || rng_.chance(650)) return {span, HookOutcome::done};
  return {span, rng_.chance(700) ? HookOutcome::failed : HookOutcome::unknown};
}

void FakeHooks::tell_end(const Run& run, HookOutcome outcome) {
  if (rules_ != nullptr) rules_->on_end(run.order, outcome);
}

void FakeHooks::apply(const agent::HookOrders& orders, const rollout::Record* record, bool target_has_requests,
                      const Moment& now) {
  const auto is = [](const agent::HookOrder& left, const agent::HookOrder& right) {
    return left.service == right.service && left.order == right.order;
  };
  for (const Run& run : runs_) {
    const bool wanted = std::any_of(orders.hooks.begin(), orders.hooks.end(),
                                    [&](const agent::HookOrder& order) { return is(order, run.order); });
    if (!wanted && run.outcome == HookOutcome::running) tell_end(run, HookOutcome::failed);
  }
  std::erase_if(runs_, [&](const Run& run) {
    return std::none_of(orders.hooks.begin(), orders.hooks.end(),
                        [&](const agent::HookOrder& order) { return is(order, run.order); });
  });
  for (const agent::HookOrder& order : orders.hooks) {
    if (std::any_of(runs_.begin(), runs_.end(), [&](const Run& run) { return is(order, run.order); })) continue;
    if (rules_ != nullptr) rules_->on_start(order, record, target_has_requests);
    const auto [span, outcome] = draw(order);
    runs_.push_back({order, now.boottime + span, HookOutcome::running, outcome});
  }
  changed_ = true;
}

void FakeHooks::advance(const Moment& now) {
  for (Run& run : runs_) {
    if (run.outcome != HookOutcome::running || run.ends > now.boottime) continue;
    run.outcome = run.drawn;
    tell_end(run, run.outcome);
    changed_ = true;
  }
}

// What runs is ended, what has ended is forgotten: nobody told the agent.
void FakeHooks::adapter_restarted() {
  for (const Run& run : runs_) {
    if (run.outcome == HookOutcome::running) tell_end(run, HookOutcome::unknown);
  }
  runs_.clear();
  changed_ = false;
}

agent::HookFacts FakeHooks::facts() {
  changed_ = false;
  agent::HookFacts facts;
  for (const Run& run : runs_)
    facts.runs.push_back({run.order.service, {run.order.order, run.outcome, "the hook said no"}});
  return facts;
}

}  // namespace depops::simulation

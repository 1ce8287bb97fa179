#include "tests/simulation/hook_rules.h"

#include <algorithm>

#include "shared/rollout/hook_step.h"
#include "shared/rollout/wanted_hook.h"
#include "tests/simulation/invariants.h"

namespace depops::simulation {

using rollout::HookOutcome;
using rollout::Phase;
using rollout::Record;

namespace {

bool is_undo(const agent::HookOrder& order) { return order.key.ends_with("/undo"); }

std::uint32_t step_of(const agent::HookOrder& order) {
  for (const auto& [name, value] : order.about) {
    if (name == "step") return static_cast<std::uint32_t>(std::stoul(value));
  }
  throw Violation("I26 a hook without a step");
}

bool is_new(const Record& before, const Record& after) {
  return before.rollout != after.rollout || before.attempt != after.attempt;
}

}  // namespace

HookRules::Begun* HookRules::find(std::uint32_t step) {
  const auto found = std::find_if(begun_.begin(), begun_.end(), [&](const Begun& one) { return one.step == step; });
  return found == begun_.end() ? nullptr : &*found;
}

// Given up after so many tries, or done.
bool HookRules::is_taken_back(const Begun& begun) {
  return begun.undos >= rollout::kUndoTries || (begun.undos > 0 && begun.last_undo == HookOutcome::done);
}

void HookRules::on_commit(const Record& before, const Record& after, bool commanded) {
  commanded_ = commanded_ || commanded;
  if (is_new(before, after)) begun_.clear();
  const bool went_on = before.phase == Phase::hooking && after.phase != Phase::idle && after.phase != Phase::aborting &&
                       (before.step != after.step || after.phase != Phase::hooking);
  if (went_on && !commanded && !is_new(before, after)) {
    const Begun* begun = find(before.step);
    demand(begun != nullptr && begun->last == HookOutcome::done, "I26 it went past a hook that was not done");
  }
  const bool restored = before.phase == Phase::aborting && after.phase == Phase::idle && !is_new(before, after);
  for (const Begun& begun : begun_)
    demand(!restored || !begun.has_undo || is_taken_back(begun),
           "I26 it is back, and the hook of step " + std::to_string(begun.step + 1) + " was not taken back");
  for (const rollout::HookMark& mark : after.hooks) {
    const rollout::Hook* hook = rollout::hook_at(after, mark.step);
    if (mark.attempt > 0 && find(mark.step) == nullptr && hook != nullptr)
      begun_.push_back({mark.step, hook->undo.has_value(), {}, HookOutcome::unknown, 0, HookOutcome::unknown});
  }
}

void HookRules::begin_forward(const agent::HookOrder& order, const Record& record, std::uint32_t step) {
  demand(record.phase == Phase::hooking && record.step == step, "I26 a hook began outside of its step");
  Begun* begun = find(step);
  demand(begun != nullptr, "I8 a hook began before that was journaled");
  const bool again = !begun->key.empty();
  const bool bears_it = rollout::hook_at(record, step)->idempotent && begun->key == order.key;
  // Idempotent, it may run again even when it was done: the agent died before it learned of that.
  const bool may = bears_it || commanded_ || begun->last == HookOutcome::failed;
  demand(!again || may, "I26 hook " + order.key + " runs twice");
  demand(!again || begun->key != order.key || bears_it, "I26 the key " + order.key + " was used before");
  begun->key = order.key;
  begun->last = HookOutcome::unknown;
}

void HookRules::begin_back(const Record& record, std::uint32_t step, bool target_has_requests) {
  demand(record.phase == Phase::aborting, "I26 an undo began on the way forward");
  demand(!target_has_requests, "I26 an undo began while the target had requests");
  Begun* begun = find(step);
  demand(begun != nullptr, "I26 a hook is taken back that was never begun");
  for (const Begun& later : begun_)
    demand(later.step <= step || !later.has_undo || is_taken_back(later),
           "I26 an undo began before that of a later hook");
  ++begun->undos;
  begun->last_undo = HookOutcome::unknown;
}

void HookRules::on_start(const agent::HookOrder& order, const Record* record, bool target_has_requests) {
  demand(record != nullptr, "I8 a hook began without a record");
  const std::uint32_t step = step_of(order);
  if (is_undo(order)) {
    begin_back(*record, step, target_has_requests);
  } else {
    begin_forward(order, *record, step);
  }
  commanded_ = false;
}

void HookRules::on_end(const agent::HookOrder& order, HookOutcome outcome) {
  Begun* begun = find(step_of(order));
  if (begun == nullptr) return;
  (is_undo(order) ? begun->last_undo : begun->last) = outcome;
}

}  // namespace depops::simulation

#include "shared/rollout/hook_step.h"

#include <algorithm>

#include "shared/rollout/wanted_hook.h"

namespace depops::rollout {
namespace {

const Hook& hook_of(const Draft& draft) { return *hook_at(draft.record(), draft.record().step); }

// Pre: the step was entered, so it has a mark.
const HookMark& mark_of(const Draft& draft) { return draft.record().hooks.back(); }

void run(Draft& draft, bool same_key) {
  Record& record = draft.edit();
  if (!same_key) record.hooks.back().attempt = ++record.hook_attempts;
  const std::uint64_t order = draft.order_hook(record.hooks.back().attempt, record.step);
  HookRun& run = record.hooks.back().run;
  run = {HookState::running, order, run.tries + 1, Stamp::of(draft.now())};
  draft.changed();
}

void put(Draft& draft, HookState state) {
  HookRun& run = draft.edit().hooks.back().run;
  run.state = state;
  run.at = Stamp::of(draft.now());
}

std::string named(const Draft& draft) {
  return "hook " + hook_of(draft).name + " (" + hook_key(draft.record(), mark_of(draft)) + ")";
}

void do_not_know(Draft& draft, const std::string& why) {
  const std::string text = "whether " + named(draft) + " was carried out is not known: " + why +
                           ". Look, then resume runs it again with a new key, skip goes on without";
  put(draft, HookState::unknown);
  draft.take(Trigger::hook_unknown, self(), text);
  draft.add_pause(PauseReason::inconclusive, self(), text);
}

void try_again(Draft& draft, HookState state, const std::string& why) {
  const std::uint32_t tries = mark_of(draft).run.tries;
  put(draft, state);
  draft.take(Trigger::hook_again, self(),
             named(draft) + ": " + why + ". Try " + std::to_string(tries + 1) + " of " +
                 std::to_string(hook_of(draft).retries + 1) + " follows");
}

void take_end(Draft& draft, const HookFact& fact) {
  const Hook& hook = hook_of(draft);
  const bool more = mark_of(draft).run.tries <= hook.retries;
  switch (fact.outcome) {
    case HookOutcome::running:
      return;
    case HookOutcome::done:
      put(draft, HookState::done);
      draft.changed();
      if (!draft.paused()) go_past_step(draft, self(), named(draft) + " is done");
      return;
    case HookOutcome::unknown:
      if (hook.idempotent && more) return try_again(draft, HookState::again, fact.text);
      return do_not_know(draft, fact.text);
    case HookOutcome::no_end:
    case HookOutcome::failed:
      if (more) return try_again(draft, HookState::failed, fact.text);
      put(draft, HookState::failed);
      return fail(draft, Trigger::hook_failed, named(draft) + " failed: " + fact.text);
  }
}

bool is_due(const Draft& draft) {
  const HookRun& run = mark_of(draft).run;
  if (run.state == HookState::due) return true;
  const bool again = run.state == HookState::again || run.state == HookState::failed;
  const Millis gap = hook_gap(run.tries);
  return again && elapsed(run.at, draft.now(), gap) >= gap;
}

const HookFact* fact_of(const Draft& draft, std::uint64_t order) {
  if (draft.view().hooks == nullptr) return nullptr;
  const auto& facts = *draft.view().hooks;
  const auto found = std::find_if(facts.begin(), facts.end(), [&](const HookFact& one) { return one.order == order; });
  return found == facts.end() ? nullptr : &*found;
}

}  // namespace

Millis hook_gap(std::uint32_t tries) { return Millis(1'000) * (1U << std::clamp(tries, 1U, 6U)) / 2; }

void begin_hook(Draft& draft) {
  Record& record = draft.edit();
  HookMark mark;
  mark.step = record.step;
  record.hooks.push_back(std::move(mark));
  if (!draft.paused()) run(draft, false);
}

void observe_hooking(Draft& draft) {
  const HookRun at_first = mark_of(draft).run;
  const HookFact* fact = at_first.state == HookState::running ? fact_of(draft, at_first.order) : nullptr;
  if (fact != nullptr) return take_end(draft, *fact);
  if (draft.paused()) return;
  if (at_first.state == HookState::done) return go_past_step(draft, self(), named(draft) + " is done");
  if (is_due(draft)) run(draft, at_first.state == HookState::again);
}

void end_hooks(Draft& draft) {
  const auto& hooks = draft.record().hooks;
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    if (hooks[i].run.state == HookState::running) draft.edit().hooks[i].run.state = HookState::ended;
  }
}

void run_hook_anew(Draft& draft) {
  const HookState state = mark_of(draft).run.state;
  if (state != HookState::failed && state != HookState::unknown && state != HookState::again) return;
  draft.edit().hooks.back().run = {HookState::due, 0, 0, Stamp::of(draft.now())};
}

// The order stands in the record: one that may be repeated is given again with its number and its key, and a Job is not
// repeated by that.
void hook_was_lost(Draft& draft) {
  if (draft.record().phase != Phase::hooking || mark_of(draft).run.state != HookState::running) return;
  if (fact_of(draft, mark_of(draft).run.order) != nullptr) return;
  const std::string why = "the agent ended while it ran";
  if (std::holds_alternative<HookJob>(hook_of(draft).call)) {
    const std::string text = named(draft) + ": " + why + "; its Job is found by its name and waited for";
    return draft.note(Notice{draft.now().wall, draft.record().service, "hook-again", text});
  }
  if (!hook_of(draft).idempotent) return do_not_know(draft, why);
  draft.edit().hooks.back().run.at = Stamp::of(draft.now());
  const std::string text = named(draft) + ": " + why + "; it is idempotent and runs again with its key";
  draft.note(Notice{draft.now().wall, draft.record().service, "hook-again", text});
}

}  // namespace depops::rollout

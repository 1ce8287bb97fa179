#include <algorithm>

#include "shared/rollout/hook_step.h"
#include "shared/rollout/wanted_hook.h"

// On the way back, when no request goes to the target any more: what its hooks did is taken back, the last one first.
namespace depops::rollout {
namespace {

bool is_over(const HookRun& undo) {
  return undo.state == HookState::done || (undo.state == HookState::failed && undo.tries >= kUndoTries);
}

bool needs_undo(const Record& record, const HookMark& mark) {
  const Hook* hook = hook_at(record, mark.step);
  return hook != nullptr && hook->undo && mark.attempt > 0;
}

// The one that is next, or -1.
std::ptrdiff_t next_of(const Record& record) {
  for (std::ptrdiff_t i = std::ssize(record.hooks) - 1; i >= 0; --i) {
    const HookMark& mark = record.hooks[static_cast<std::size_t>(i)];
    if (needs_undo(record, mark) && !is_over(mark.undo)) return i;
  }
  return -1;
}

std::string named(const Record& record, const HookMark& mark) {
  return "undo of hook " + hook_at(record, mark.step)->name + " (" + hook_key(record, mark) + "/undo)";
}

void run(Draft& draft, std::size_t index) {
  const HookMark& mark = draft.record().hooks[index];
  const std::string why = draft.record().abort->reason;
  draft.take(Trigger::undo, self(), why + "; " + named(draft.record(), mark) + " begins");
  const std::uint64_t order = draft.order_hook(mark.attempt, mark.step);
  HookRun& undo = draft.edit().hooks[index].undo;
  undo = {HookState::running, order, undo.tries + 1, Stamp::of(draft.now())};
}

void take_failure(Draft& draft, std::size_t index, const std::string& why) {
  HookMark& mark = draft.edit().hooks[index];
  mark.undo.state = HookState::failed;
  mark.undo.at = Stamp::of(draft.now());
  const std::string text = named(draft.record(), mark) + " failed: " + why;
  if (mark.undo.tries < kUndoTries) return draft.take(Trigger::undo_again, self(), text + "; it is tried again");
  mark.trouble = text;
  draft.take(Trigger::undo_given_up, self(), text + "; given up after " + std::to_string(kUndoTries) + " tries");
  draft.note(Notice{draft.now().wall, draft.record().service, "undo-given-up", text});
}

}  // namespace

bool observe_undo(Draft& draft) {
  const std::ptrdiff_t next = next_of(draft.record());
  if (next < 0) return true;
  const auto index = static_cast<std::size_t>(next);
  const HookRun& undo = draft.record().hooks[index].undo;
  if (undo.state == HookState::due) return run(draft, index), false;
  if (undo.state == HookState::failed) {
    const Millis gap = hook_gap(undo.tries);
    if (elapsed(undo.at, draft.now(), gap) >= gap) run(draft, index);
    return false;
  }
  if (draft.view().hooks == nullptr) return false;
  for (const HookFact& fact : *draft.view().hooks) {
    if (fact.order != undo.order || fact.outcome == HookOutcome::running) continue;
    if (fact.outcome != HookOutcome::done) return take_failure(draft, index, fact.text), false;
    draft.edit().hooks[index].undo.state = HookState::done;
    draft.changed();
    return next_of(draft.record()) < 0;
  }
  return false;
}

bool is_undoing(const Record& record) {
  return std::any_of(record.hooks.begin(), record.hooks.end(), [](const HookMark& mark) {
    return mark.undo.state == HookState::running ||
           (mark.undo.state == HookState::failed && mark.undo.tries < kUndoTries);
  });
}

std::string undo_trouble(const Record& record) {
  std::string text;
  for (const HookMark& mark : record.hooks) {
    if (!mark.trouble.empty()) text += (text.empty() ? "" : "; ") + mark.trouble;
  }
  return text;
}

}  // namespace depops::rollout

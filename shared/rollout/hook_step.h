#pragma once

#include <optional>
#include <string>

#include "shared/rollout/draft.h"

// Hook steps, and their undo on the way back. What runs follows from the record (wanted_hook); the agent starts it
// after the commit that says so, ends what is not wanted any more, and tells in the View what became of it.
namespace depops::rollout {

inline constexpr std::uint32_t kUndoTries = 5;

// How long the next try waits after so many.
Millis hook_gap(std::uint32_t tries);

void begin_hook(Draft& draft);
void observe_hooking(Draft& draft);
void end_hooks(Draft& draft);      // what runs is not wanted any more
void run_hook_anew(Draft& draft);  // a person saw how it ended and lets it begin again
void hook_was_lost(Draft& draft);  // the process came back and knows nothing of the run
bool observe_undo(Draft& draft);   // true: nothing is left to take back
bool is_undoing(const Record& record);
std::string undo_trouble(const Record& record);  // of what was given up; empty: nothing was

}  // namespace depops::rollout

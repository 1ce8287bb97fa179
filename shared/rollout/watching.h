#pragma once

#include "shared/rollout/analysis_course.h"

// What is looked at before time alone moves a rollout on: an agent may have been away until now. Internal.
namespace depops::rollout {

// Since when there was something to look at: the first reading of the router in this life of the agent, which is waited
// for as long as a reading may be late. Nothing: it is still waited for.
std::optional<Stamp> watching_since(Draft& draft);
Millis watched_for(Draft& draft, Millis most);  // for how long, at most `most`

// A window of the course is over and its reading has not come: whatever failed in it would pass unseen. It ends by
// itself, since a reading that is too late counts as failed. `only_absolute` as observe_metrics() has it.
bool awaits_reading(const Draft& draft, const Course& course, bool only_absolute);

// The same for the analysis beside the steps (background.cc).
bool background_awaits_reading(const Draft& draft);

// A time that began before this agent did (of a pause, an approval, a bake, draining) may be over, and nobody has seen
// what came meanwhile: the guards have two windows first, and the analysis beside the steps its reading.
bool has_yet_to_look(Draft& draft);

}  // namespace depops::rollout

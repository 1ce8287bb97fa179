#pragma once

#include <string>

#include "hub/rehearsal/rehearse.h"

namespace depops::hub::rehearsal {

// The rehearsal as a mermaid gantt chart: phases and the target's share of requests as bars over time, verdicts, verbs
// and changes of the scenario as milestones.
std::string gantt_of(const Script& script, const Rehearsal& made);

}  // namespace depops::hub::rehearsal

#pragma once

#include <string>

#include "shared/rollout/verb_answer.h"

// The approval step: a pause that only different people, or its own time limit, end. Approvals that are signed by the
// people themselves will stand beside the actor in ApprovalMark and count in approve().
namespace depops::rollout {

// The approval the rollout stands at, else null.
const Approval* approval_of(const Record& record);

// Whether enough people, or the time limit, have not ended it yet.
bool waits_for_approval(const Record& record);

// "1 more person is needed: rollout approve", or empty.
std::string approvals_missing(const Record& record);

// Why the verb would go past an approval that nobody gave; empty: it does not.
std::string passes_approval(const Record& record, Verb verb);

void begin_approval(Draft& draft);
void observe_approval(Draft& draft, const Approval& approval);
Answer do_approve(Draft& draft, const Command& command);
Answer do_reject(Draft& draft, const Command& command);

}  // namespace depops::rollout

#pragma once

#include "hub/app/turn.h"

namespace depops::hub {

// Whether approve or reject can mean anything: a site waits for an approval, this person may give it and did not yet.
// A refusal says why; the site itself decides, by the same rules.
Answer why_no_answer(const Turn& turn, const DeploymentEntry& entry, const GiveVerb& request);

}  // namespace depops::hub

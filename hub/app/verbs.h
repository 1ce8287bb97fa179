#pragma once

#include "hub/app/turn.h"

namespace depops::hub {

// A verb for a deployment or one of its rollouts. What the site makes of it comes back as its answer to the command; a
// verb that can not mean anything any more is refused here, with what to use instead.
Answer give_verb(Turn& turn, const GiveVerb& request);

}  // namespace depops::hub

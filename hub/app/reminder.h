#pragma once

#include "hub/app/turn.h"

namespace depops::hub {

// A broker may confirm a document and lose it. A site that is heard and not known to hold the newest one gets it again,
// the same bytes: 5, 10, 20 and then 30 seconds after the last time.
void remind(Turn& turn, SiteEntry& entry);

}  // namespace depops::hub

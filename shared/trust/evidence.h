#pragma once

#include <vector>

#include "shared/trust/accept_root.h"
#include "shared/trust/verify_desired.h"

namespace depops::trust {

// What a desired state brings along for whoever goes by a trust root. Read, not judged.
struct Evidence {
  Presented presented;            // `begins` and `was_here` of its wishes are the reader's own affair
  std::vector<SignedRoot> roots;  // newer trust roots, oldest first
};

}  // namespace depops::trust

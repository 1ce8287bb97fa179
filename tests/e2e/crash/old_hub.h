#pragma once

#include "shared/base/names.h"
#include "tests/e2e/stage/stage.h"

namespace depops::crash {

// Asks the site's agent for all its events from the first, as a hub does that was restored from an old copy. It speaks
// with the hub's own certificate and key, so the broker takes the real hub's connection away, which comes back.
void ask_for_everything(stage::Stage& stage, const SiteName& site);

}  // namespace depops::crash

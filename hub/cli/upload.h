#pragma once

#include <cstdint>
#include <string>

#include "hub/cli/answer.h"
#include "hub/cli/session.h"
#include "shared/base/names.h"

namespace depops::hub::cli {

// Puts the file into the hub's artifacts, in pieces, going on where an earlier try ended. Tries again if a connection
// breaks, as long as each of ten tries in a row gets further or the hub comes back. Progress goes to standard error.
Answer<Digest> upload_artifact(const Session& session, HubClient& hub, const std::string& path);

}  // namespace depops::hub::cli

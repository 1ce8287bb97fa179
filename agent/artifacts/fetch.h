#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "agent/artifacts/http_artifacts.h"

namespace depops::agent::artifacts {

// Brings DIR/<name>.part to the whole of the artifact, beginning behind what is there already, and checks size and
// SHA-256. The bytes are hashed as they arrive. Errors: invalid and corrupt are for good (wrong digest, too long; the
// part is removed), all others may pass (the part is kept). Gives up soon after `cancelled`.
Result<void> fetch(const HttpArtifactsSettings& settings, const ArtifactRef& ref, const std::string& part,
                   const std::atomic<bool>& cancelled, const std::function<void(std::uint64_t)>& received);

}  // namespace depops::agent::artifacts

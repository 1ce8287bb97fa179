#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "agent/artifacts/http_artifacts.h"

namespace depops::agent::artifacts {

// Runs depops-fetch for one artifact until its folder is there. Error `invalid`: refused for good; all others may pass.
// Ends the program and gives up soon after `cancelled`.
Result<void> run_fetch(const HttpArtifactsSettings& settings, const ArtifactRef& ref, const std::string& folder,
                       const std::atomic<bool>& cancelled, const std::function<void(std::uint64_t)>& received);

}  // namespace depops::agent::artifacts

#pragma once

#include <cstdint>
#include <string>

#include "tests/e2e/stage/stage.h"

namespace depops::stage {

// The Deployment of a version as a team's own tools would have rendered it; its containers listen on `port`.
std::string deployment_of(const std::string& label, std::uint16_t port, const std::string& error_share = "0");

// Publishes that, with Jobs that steps may run, as a version of the service.
void publish_manifest(Stage& stage, const std::string& label, const std::string& manifest);

}  // namespace depops::stage

#pragma once

#include "agent/kubernetes/routing/dialect.h"

namespace depops::agent::gateway {

// Whether every gateway that the route names says of this generation of it that it is accepted and all its backends are
// found. `missing` names the gateway, the condition and the controller's own words.
kubernetes::Standing standing_of(const json::Value& object);

}  // namespace depops::agent::gateway

#pragma once

#include <string_view>

#include "agent/ports/downlink.h"
#include "shared/base/result.h"

namespace depops::agent {

// What a sealed desired state brings along for a trust root, beside `desired`, which was decoded from it. Error: a
// newer trust root in it can not be read.
Result<Evidence> read_evidence(std::string_view frame, const sync::Desired& desired);

}  // namespace depops::agent

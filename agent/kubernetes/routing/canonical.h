#pragma once

#include <string>

#include "shared/json/value.h"

namespace depops::agent::kubernetes {

// The same text for the same value in whatever order its members stand, and with or without those that are null or "":
// servers sort members and add such defaults (the group of a backend).
std::string canonical(const json::Value& value);

}  // namespace depops::agent::kubernetes

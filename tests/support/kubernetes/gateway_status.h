#pragma once

#include <string>

#include "shared/json/value.h"

namespace depops::test {

// What a gateway writes into a route of Gateway API once it has taken up this state of it, as a merge patch. `missing`:
// what it leads to and is not there; empty: all is there.
json::Value status_of_route(const json::Value& route, const std::string& missing);

}  // namespace depops::test

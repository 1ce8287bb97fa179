#pragma once

#include <string>

#include "shared/json/value.h"

namespace depops::hub::cli {

// One thing in full, for reading: `key: value` lines, then tables of what it holds.
std::string described_deployment(const json::Value& deployment, bool colour);
std::string described_site(const json::Value& site, bool colour);
std::string described(const json::Value& thing);
std::string described_dora(const json::Value& dora);

}  // namespace depops::hub::cli

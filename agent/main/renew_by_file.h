#pragma once

#include "agent/main/commands.h"
#include "shared/base/result.h"
#include "shared/json/value.h"

// The next certificate of a site that joined, for when neither the broker nor the hub's joining listener can be reached
// with the one it has. `directory`: where it joined.
namespace depops::agent {

// Writes the file, with proof of both keys. {"site","request"}.
Result<json::Value> ask_renewal_by_file(const JoinArguments& arguments);
// The agent shows it at its next start. {"site","settings"}.
Result<json::Value> take_renewal(const JoinArguments& arguments);

}  // namespace depops::agent

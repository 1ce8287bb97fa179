#pragma once

#include <string>

#include "hub/cli/answer.h"
#include "hub/cli/hub_client.h"

namespace depops::hub::cli {

// What a reply with an error status means: the hub's problem document in words, every reason (rule, until, who), and
// the exit status for it.
Trouble trouble_of(const Reply& reply);

// "freeze christmas: closed until 2027-01-04 15:00:00Z (retail-ops may lift it)"
std::string reason_line(const json::Value& reason);

}  // namespace depops::hub::cli

#pragma once

#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"

namespace depops::audit {

// One state change, written by whoever decided it, in the transaction that made it. Encoded once and hashed as stored.
struct Leaf {
  Instant at{};
  Actor actor;
  std::string action;  // "rollout.aborted", "site.created", "deployment.started", ...
  std::string object;  // "rollout/r-17", "site/fra-1", ...
  std::string before;  // digest of the state before, "" if there was none
  std::string after;   // digest of the state after
  std::string reason;  // why, for people
  std::string cause;   // what caused it: command id, generation, request id
  bool operator==(const Leaf&) const = default;
};

}  // namespace depops::audit

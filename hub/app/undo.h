#pragma once

#include <optional>

#include "hub/app/turn.h"

namespace depops::hub {

// A rollback asked for while deployments of the service are under way there: they end, and all their sites go back to
// what they ran before, at once. Nothing: none is under way, so a rollback is a deployment of its own.
std::optional<Answer> undo_under_way(Turn& turn, const Rollback& request, bool dry_run);

}  // namespace depops::hub

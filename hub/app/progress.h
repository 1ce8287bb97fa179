#pragma once

#include "hub/app/turn.h"

namespace depops::hub {

// Asks schedule::decide() about one deployment and does what it says: starts sites, ends rollouts beside a failed one,
// sends sites back, notes failure and recovery. Nothing changes if nothing is due.
void advance(Turn& turn, const DeploymentId& id);

// A verb for one rollout: into the site's desired state until the site answered. Returns the command's id.
CommandId give_command(Turn& turn, const Rollout& rollout, rollout::Verb verb, const std::string& reason,
                       std::optional<std::uint32_t> expected_step);
// Likewise, with all that it says but its id, actor and time.
CommandId give_command(Turn& turn, const Rollout& rollout, rollout::Command command);

// New signed documents for all sites whose desired state changed in this turn, except those that know more than
// this hub.
void issue_documents(Turn& turn);

// Signs again what would expire; returns when to look next.
std::optional<Instant> renew_documents(Turn& turn);
// When a document is to be signed again, so that it does not expire.
Instant renewal_of(const DesiredDoc& document);

}  // namespace depops::hub

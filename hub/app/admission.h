#pragma once

#include <optional>

#include "hub/app/turn.h"

// Sites that somebody wants to see before they join: the token alone is not enough, a person compares the words of the
// key that asks with those that the machine shows.
namespace depops::hub {

// A new token: nobody waits, and who waited before is forgotten.
void begin_admission(Turn& turn, SiteEntry& entry, bool confirm);

// Why this key, which holds the token and proved itself, may not join yet; it waits from now on. Nothing: it may.
// Errors: unavailable, a person must admit it; refused, another key waits already.
std::optional<Error> why_not_admitted(Turn& turn, SiteEntry& entry, const JoinSite& request);

// It joined: nobody waits any more.
void end_admission(Turn& turn, SiteEntry& entry);

Answer admit_site(Turn& turn, const AdmitSite& request);

}  // namespace depops::hub

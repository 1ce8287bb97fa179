#pragma once

#include "hub/app/turn.h"

// The hub's copy of what a site knows about its services.
namespace depops::hub {

// What a Hello said about it: agreed, or the site is asked for what differs.
void compare_facts(Turn& turn, SiteEntry& entry, const sync::FactsRoot& told);
// Answers of the site. The copy is switched in one turn, so in one transaction.
void take_facts(Turn& turn, SiteEntry& entry, const sync::UpMessage& message);
// A report of the site, between two comparisons.
void note_fact(Turn& turn, SiteEntry& entry, Sequence sequence, const rollout::RolloutStatus& status);

}  // namespace depops::hub

#pragma once

#include <string>

#include "hub/app/turn.h"

// A hub that lost memory: its database was put back from a backup, or it is one of two. It is found out by what sites
// hold, signs nothing that could contradict that, and takes what it can from them once a person said so.
namespace depops::hub {

// Why nothing is signed for the site, by what its Hello says; empty: both agree. Asks the site to show the document
// that this hub knows nothing of; what was shown is adopted if it was signed under an earlier hub epoch, and is noticed
// else.
std::string settle_memory(Turn& turn, SiteEntry& entry, const sync::Hello& hello);

// Entries that a site says were acknowledged and that this hub does not have: asked for again.
void ask_for_forgotten(Turn& turn, SiteEntry& entry, const sync::Hello& hello);

// After a site told all it has: rollouts from before the loss that a newer one replaced there and that nobody told the
// end of have ended, whatever became of them.
void end_forgotten(Turn& turn, SiteEntry& entry, const sync::Hello& hello);

bool in_recovery(const World& world);

// Whether a document may be signed for the site now. It must have said Hello since this hub started: what it holds is
// not known before. Neither hub nor site may have lost memory, and one host must speak for the site.
bool may_sign(const World& world, const SiteEntry& entry);

// Why nothing new may be asked for; empty: it may.
Reasons held_by_recovery(const World& world);

// A person lets the hub go on: the hub epoch rises, every deployment that is under way is held, and sites are asked
// again what they hold.
Answer recover(Turn& turn, const Recover& request);

Answer note_take_over(Turn& turn);

// The document was signed before the hub epoch rose: its site refuses it, and must get another.
bool is_of_earlier_epoch(const World& world, const SiteEntry& entry, Codec& codec);

}  // namespace depops::hub

#pragma once

#include "hub/app/turn.h"

// Whether one host speaks for a site. A site for which two do is frozen: nothing is taken from it and nothing signed
// for it until a person lifts it, or it is enrolled anew.
namespace depops::hub {

// The line of the event log about a site.
EventRow& site_event(Turn& turn, const SiteEntry& entry, const std::string& kind, std::string text);
void note_on_site(Turn& turn, const SiteEntry& entry, const std::string& action, const std::string& why);

// Judges the session token of a Hello and answers it. False: the rest of the Hello counts for nothing.
bool greet(Turn& turn, SiteEntry& entry, const sync::Hello& hello, const std::string& draw);

void freeze_site(Turn& turn, SiteEntry& entry, const std::string& why);
// Whoever says Hello for a frozen site hears that it is.
void tell_frozen(Turn& turn, const SiteEntry& entry, const sync::UpMessage& message);
// The journal of the site began anew: nothing of its former life counts.
void begin_life(Turn& turn, SiteEntry& entry);

Answer lift_site(Turn& turn, const LiftSite& request);

}  // namespace depops::hub

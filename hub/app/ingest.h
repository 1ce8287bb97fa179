#pragma once

#include "hub/app/turn.h"
#include "shared/rollout/report.h"

// What sites say.
namespace depops::hub {

void from_site(Turn& turn, const FromSite& input);
void heard(Turn& turn, const Heard& input);
void presence(Turn& turn, const Presence& input);
void bad_frame(Turn& turn, const BadFrame& input);

// Sites that wait for their turn to send are told when it is theirs.
void call_next(Turn& turn);

// The site holds this generation: if it is the newest, what comes next builds on it.
void note_accepted(Turn& turn, SiteEntry& entry, Generation generation);

// One entry of a site's stream `events`, new and in order.
void apply_report(Turn& turn, SiteEntry& entry, Sequence sequence, const std::string& bytes);

}  // namespace depops::hub

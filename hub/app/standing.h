#pragma once

#include "hub/app/turn.h"
#include "hub/schedule/decide.h"

// Whether a site may take part: revoked, it counts for nothing until it is enrolled anew; cordoned, nothing new begins
// there until somebody lifts it.
namespace depops::hub {

inline constexpr Millis kRevocationsLast = std::chrono::hours(24 * 30);  // without a newer list
inline constexpr Millis kRevocationsEvery = std::chrono::hours(24);
inline constexpr Millis kRevocationsAlarm = std::chrono::hours(24 * 20);  // less than that left: somebody must look

// Its frames are dropped from now on, its certificates are on the list for the broker, its connection is ended.
Answer revoke_site(Turn& turn, const RevokeSite& request);
Answer cordon_site(Turn& turn, const CordonSite& request);

// The list for the broker, of all certificates that were revoked and have not run out. Returns when it is due again.
Instant list_revocations(Turn& turn);

// Why nothing new may begin there; with who may lift it.
Reasons why_not_at(const SiteEntry& entry);
Reasons why_not_at_sites(const World& world, const rollout::Plan& plan);

// Deployments that wait for the site look again.
void touch_waiting(Turn& turn, const SiteEntry& entry);

// Takes those sites, and frozen ones, out of what is to begin now, and says what is wrong where something is under way.
// The way back is held back by nothing.
void hold_standing(const World& world, const Deployment& deployment, const std::vector<const Rollout*>& rollouts,
                   schedule::Decision& decision);

}  // namespace depops::hub

#pragma once

#include <vector>

#include "hub/app/turn.h"

// A deployment that takes over from those of the same service that are under way at its sites. They end as aborted:
// nothing of them starts any more, a site of the newer one gets the newer target, which sends it back to stable first,
// and all others are told to abort. What they completed stays until the newer version comes.
namespace depops::hub {

// Under way at sites of `plan`, oldest first.
std::vector<DeploymentId> in_the_way(const World& world, const rollout::Plan& plan);

// Why they can not be taken over: what is on its way back is left alone, or a bad version would come again.
Reasons why_not_superseded(const World& world, const std::vector<DeploymentId>& others);

void supersede(Turn& turn, const std::vector<DeploymentId>& others, const Deployment& by);

// Its site was told of a newer one meanwhile, which ends it.
bool is_replaced(const World& world, const Rollout& row);

// The site gets another target: verbs for the rollout it had are answered here, the site will not see them any more.
void close_commands(Turn& turn, SiteEntry& entry, const RolloutId& replaced, const RolloutId& by);

// The site began `row`: what that superseded and the site never told of did not begin there.
void end_never_begun(Turn& turn, const Rollout& row);

// The site refused `row`, which should have superseded another that it goes on with: that one is its target again.
void give_back_target(Turn& turn, SiteEntry& entry, SiteTarget& target, const Rollout& row);

// A superseded rollout completed after all, while the newer one waited: it is what the site has. The newer one still
// goes back to what was there before both.
void note_completed_late(Turn& turn, SiteTarget& target, const Rollout& row);

// Those by which a deployment is decided: a site that completed it and was taken over is the newer one's to send back.
std::vector<const Rollout*> rollouts_that_count(const World& world, const DeploymentEntry& entry);

}  // namespace depops::hub

#pragma once

#include <string>
#include <vector>

#include "hub/app/turn.h"

// Approvals and trust roots that people signed. The hub counts voices as its sites will, so that it asks for nothing
// they would refuse; it is the sites that decide. Without a trust root here no deployment waits for anybody.
namespace depops::hub {

// Takes in a signed approval, rejection or break-glass. A rejection by somebody with a say ends the deployment.
// Refused, with the refusal's code in front and a leaf, if it would not count: see shared/trust/refusal.h.
Answer attest(Turn& turn, const Attest& request);

// The first one, or the next version.
Answer take_trust_root(Turn& turn, const TakeTrustRoot& request);

// Of a deployment now. Going back never waits for anybody. Counted anew only when it can have changed: every report of
// a site asks, and a signature takes far longer to check than a report to apply.
const Voices& voices_of(const Turn& turn, DeploymentEntry& entry);

// Trust roots that the site has not got yet, oldest first, as many as one document carries.
std::vector<std::string> trust_roots_for(const World& world, const SiteEntry& entry);

}  // namespace depops::hub

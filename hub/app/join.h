#pragma once

#include "hub/app/turn.h"

// How a site becomes known by its key: somebody makes a token for it, and who brings the token and proves that he holds
// the key is the site from then on. Tokens are known here by their hashes.
namespace depops::hub {

inline constexpr Millis kTokenLifeMin = std::chrono::minutes(1);
inline constexpr Millis kTokenLifeMax = std::chrono::hours(24);
inline constexpr std::uint32_t kBadProofsMax = 5;  // then the token is good for nothing

// A new token takes the place of the one before. `anew`: the site's epoch rises and its key counts no longer, from now
// on; whatever it holds is signed for it again.
Answer make_join_token(Turn& turn, const MakeJoinToken& request);

// Once, for one key. The same key again with the same token goes on where it broke off and changes nothing. Whatever is
// wrong, the answer is the same; what it was stands in the audit log.
Answer join_site(Turn& turn, const JoinSite& request);

}  // namespace depops::hub

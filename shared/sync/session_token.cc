#include "shared/sync/session_token.h"

#include <algorithm>

namespace depops::sync {
namespace {

const char* const kTwoHosts =
    "two hosts speak for this site: a session token that was left behind was presented. Its journal was copied, or "
    "restored from a copy";

Presented frozen() { return {{}, false, kTwoHosts}; }

Presented follow(TokenTip& tip, SessionToken shown, const std::string& draw) {
  tip = {std::move(shown), false};
  return {{tip.newest.number + 1, draw, false}, false, {}};
}

}  // namespace

Presented present(TokenTip& tip, const SessionToken& shown, const std::string& draw) {
  if (tip.open) return follow(tip, {std::max(shown.number, tip.newest.number), shown.secret, false}, draw);
  // The answer was lost, or a copy came with the same: one of both answers is left behind and tells.
  if (shown.secret == tip.newest.secret) return {{tip.newest.number + 1, draw, false}, true, {}};
  if (shown.stray) return frozen();
  // Of two tokens with one number an honest site takes one. A higher one than ever given was given by this hub, before
  // it was restored from a backup, or right before this.
  if (shown.number == tip.newest.number) return frozen();
  if (shown.number > tip.newest.number) return follow(tip, shown, draw);
  // An old Hello that comes late, or a copy. Only a copy can present what it gets now.
  return {{tip.newest.number, draw, true}, true, {}};
}

bool is_for(const Welcome& welcome, const std::string& voice, const SessionToken& held) {
  return !voice.empty() && welcome.voice == voice && welcome.instead_of == held.secret;
}

}  // namespace depops::sync

#pragma once

#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"

// What people and sites ask about who a site is; see command.h.
namespace depops::hub {

// Somebody made a token for a site to join with; only its hash comes here. A site that is not known is created.
struct MakeJoinToken {
  SiteName site;
  EnvironmentName environment;  // empty: the site is there already
  Digest token;                 // SHA-256
  Millis life{0};
  bool anew = false;  // the site joined before: its identity so far ends now
};

// Whoever holds the token asks to be the site. The edge checked the certificate request and the proof.
struct JoinSite {
  SiteName site;
  Digest token;             // SHA-256 of what was given
  std::string signing_key;  // Ed25519, 64 hex digits
  bool proven = false;      // the holder of that key asks
  std::string fingerprint;
  std::string address;  // where the question came from
};

// A site that was frozen counts again. Whoever asks made sure that one host speaks for it.
struct LiftSite {
  SiteName site;
  std::string reason;
};

}  // namespace depops::hub

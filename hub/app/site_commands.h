#pragma once

#include <string>

#include "hub/ports/certificates.h"
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
  bool anew = false;     // the site joined before: its identity so far ends now
  bool confirm = false;  // who joins with it must be admitted by a person, who was told the words of its key
};

// A person compared the words of the key that waits. `key`: the one they are the words of; empty: they are of none.
struct AdmitSite {
  SiteName site;
  std::string key;  // Ed25519, 64 hex digits
};

// Whoever holds the token asks to be the site. The edge checked the certificate request and the proof.
struct JoinSite {
  SiteName site;
  Digest token;             // SHA-256 of what was given; with a claim, the proof of it
  std::string signing_key;  // Ed25519, 64 hex digits
  bool proven = false;      // the holder of that key asks
  std::string fingerprint;
  std::string address;  // where the question came from
  Digest key{};         // of the certificate's public key; empty: no certificate is wanted
  Millis life{0};       // of the certificate
  Digest claim{};       // all that was said in a file, which does not hold the token; empty: it came by itself
};

// Who has the site's keys asks for its next certificate without the broker, also when the last one ran out. The edge
// checked the request, and that the certificate is one of this hub's authority.
struct RenewSite {
  CertificateTerms old;
  std::string signing_key;  // Ed25519, 64 hex digits
  bool proven = false;      // the holder of that key and of the old certificate's asks
  Digest key;               // of the next certificate's public key
  Millis life{0};
  std::string address;
};

// Nothing counts any longer that comes from the site.
struct RevokeSite {
  SiteName site;
  std::string reason;
};

// Nothing new begins there, or again as before.
struct CordonSite {
  SiteName site;
  bool cordon = true;
  std::string reason;  // needed to cordon
};

// A site that was frozen counts again. Whoever asks made sure that one host speaks for it.
struct LiftSite {
  SiteName site;
  std::string reason;
};

}  // namespace depops::hub

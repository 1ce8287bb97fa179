#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"

namespace depops::hub {

// The newest token somebody made for a site to join with. Key: site; a new one takes the place of the one before. The
// token itself is known to whoever holds it and to nobody else.
struct JoinTokenRow {
  SiteName site;
  Digest token;          // SHA-256
  SiteEpoch site_epoch;  // of the identity it gives
  Instant made{};
  Instant expires{};
  Actor made_by;
  std::uint32_t bad_proofs = 0;  // who had the token could not show the key
  std::uint64_t refusals = 0;    // of any kind, with this token
  std::string ended;             // why it is good for nothing any more: "expired", "burnt"; empty: it is not
  std::optional<Instant> used;
  std::string used_key{};     // signing key of the site that used it, 64 hex digits
  std::string fingerprint{};  // of its machine
  bool operator==(const JoinTokenRow&) const = default;
};

}  // namespace depops::hub

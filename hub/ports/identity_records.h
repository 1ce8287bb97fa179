#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"

namespace depops::hub {

// A certificate of a site. What it says was decided before it was made: made again for the same row it says the same.
struct CertificateRow {
  std::string serial;  // 32 hex digits
  SiteEpoch site_epoch;
  Digest key;  // of the public key it is for
  Instant issued{};
  Instant not_after{};
  std::optional<Instant> revoked;
  bool operator==(const CertificateRow&) const = default;
};

// What a site is beside its signing key. Key: site.
struct SiteIdentity {
  SiteName site;
  std::vector<CertificateRow> certificates{};  // oldest first: those that have not run out, and the newest
  std::optional<Instant> revoked{};            // since then nothing counts that comes from it
  Actor revoked_by{};
  std::string revoke_reason{};
  std::optional<Instant> cordoned{};  // since then no new deployment begins there
  Actor cordoned_by{};
  std::string cordon_reason{};
  bool confirm = false;       // who joins next must be admitted by a person
  std::string waiting_key{};  // who asks to be admitted: signing key, 64 hex digits; empty: nobody
  std::string admitted_key{};
  bool operator==(const SiteIdentity&) const = default;
};

}  // namespace depops::hub

#pragma once

#include <optional>

#include "shared/base/moment.h"
#include "shared/trust/refusal.h"
#include "shared/trust/root.h"
#include "shared/trust/signed.h"

// Which trust root is believed. Source: The Update Framework 1.0.34, 5.3. Order for the caller: accept, persist, then
// believe it, then ask whether it expired.
namespace depops::trust {

inline constexpr std::string_view kTrustRootType = "application/vnd.depops.trust-root.v1+protobuf";

// A trust root with the bytes it was read from.
struct SignedRoot {
  Signed document;  // of type kTrustRootType
  Digest digest;    // of document.body
  TrustRoot root;
};

// The first one at a site: whoever set up the site said its digest. It must be version 1 or newer and signed by the
// threshold of its own root role.
std::optional<Refused> objection_to_first(const SignedRoot& root, const Digest& pinned, Verifies verifies);

// Version N+1 after N, signed by the threshold of both. The same version with the same bytes is nothing new: no
// objection.
std::optional<Refused> objection_to_next(const SignedRoot& current, const SignedRoot& next, Verifies verifies);

// Past its time nothing new begins; a newer version is still taken.
std::optional<Refused> objection_to_age(const TrustRoot& root, Instant now);

}  // namespace depops::trust

#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/trust/approval.h"
#include "shared/trust/refusal.h"
#include "shared/trust/root.h"
#include "shared/trust/signed.h"

// Whether a site obeys a desired state: the one gate between a stolen broker or a stolen hub key and what runs. Fails
// closed; the order of the checks is that of the documents' anatomy, so that the code says which attack it was.
namespace depops::trust {

inline constexpr std::string_view kDesiredType = "application/vnd.depops.desired.v1+protobuf";
inline constexpr std::size_t kDesiredBytesMax = 900 * 1024;
inline constexpr std::uint64_t kJumpMax = 1'000'000;  // of generations in one step
inline constexpr std::size_t kBasesMax = 64;          // accepted documents a new one may build on

// What a site must not forget. The caller persists new floors before it acts on what was accepted.
struct Floors {
  Generation generation;
  HubEpoch hub_epoch;
  TrustVersion trust_version;
  std::vector<Digest> accepted;  // newest last, at most kBasesMax; the last one is of `generation`
  bool operator==(const Floors&) const = default;
};

// Facts about the site that is asked.
struct Here {
  SiteName site;
  SiteEpoch site_epoch{1};
  EnvironmentName environment;
  Floors floors;
  Instant now{};                      // trusted time
  std::vector<std::string> features;  // that this program knows, for `critical`
};

// One target of the document, as far as trust is concerned.
struct Wish {
  Subject subject;
  Digest plan_digest_of_bytes;  // of the plan's bytes as they stand in the document
  Person author;
  bool begins = true;     // obeying it would begin a rollout here; else it only tells of one that was accepted
  bool was_here = false;  // it goes back to a version that ran here as stable: that never waits for anybody
  std::vector<Approval> approvals;
};

// The document with the bytes it was read from.
struct Presented {
  Signed document;
  Digest digest;  // of document.body
  SiteName site;
  SiteEpoch site_epoch;
  HubEpoch hub_epoch;
  Generation generation;
  Digest base;                 // newest document of this site that the hub knew as accepted; empty: not said
  TrustVersion trust_version;  // 0: not said
  Instant not_after{};
  std::vector<std::string> critical;
  std::string log_proof;
  std::vector<Wish> wishes;
};

struct Accepted {
  Floors floors;                       // persist these first
  std::vector<std::string> skipped;    // checks there was nothing to check with: "no-log", "no-base"
  std::vector<Statement> emergencies;  // break-glass that opened the way: say it loudly
};

using Judgement = std::variant<Accepted, Refused>;

// `root` was accepted and persisted; see accept_root.h.
Judgement verify_desired(const TrustRoot& root, const Presented& presented, const Here& here, Verifies verifies);

// Floors of `site` after a trust root that names a reset for it.
Floors reset_by(const TrustRoot& root, const SiteName& site, Floors floors);

}  // namespace depops::trust

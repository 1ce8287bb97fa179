#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/sync/frame.h"
#include "shared/sync/session_token.h"
#include "shared/trust/root.h"

// What the hub believes about a site. Never more than a belief with an age.
namespace depops::hub {

struct SiteStatus {
  SiteName site;
  std::string incarnation;       // of the last Hello
  std::uint64_t session = 0;     // of the last Hello
  bool online = false;           // what the broker's presence message said last
  std::optional<Instant> heard;  // anything verified from the site, by the hub's clock
  std::optional<Instant> hello;
  Generation held;               // generation the site said it holds
  Generation signed_generation;  // newest the hub signed for it
  std::string agent_version;
  std::string recovery;  // not empty: the site knows more than this hub; nothing is signed for it until resolved
  std::uint64_t bad_frames = 0;  // dropped: signature, sender or format
  std::optional<sync::Telemetry> telemetry;
  Digest base{};                        // of the newest document it is known to have accepted; empty: none
  Generation base_generation{};         // of that document
  trust::TrustVersion trust_version{};  // of the trust root it goes by, as it said; 0: none is pinned there
  sync::TokenTip tokens{};              // of its present life
  std::string frozen{};    // why nothing is taken from it and nothing signed for it; empty: it is not frozen
  Sequence facts_as_of{};  // entries of its stream `events` that are in the hub's copy of its facts
  std::optional<Instant> facts_agreed{};  // when it said last that it has just these, by the hub's clock
  bool operator==(const SiteStatus&) const = default;
};

}  // namespace depops::hub

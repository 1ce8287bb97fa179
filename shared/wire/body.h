#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/sync/frame.h"

// What a frame says, apart from the signed desired state (documents.h).
namespace depops::wire {

using Content =
    std::variant<sync::Hello, sync::Run, sync::Gone, sync::Ack, sync::Resend, sync::Presence, sync::Telemetry,
                 sync::HubState, sync::Welcome, sync::Freeze, sync::InventoryAsk, sync::Inventory, sync::SnapshotAsk,
                 sync::SnapshotPart, sync::Show, sync::Renewal, sync::Certificate, sync::HealthTaken>;

struct Body {
  std::string source;  // site_address() or hub_address(): a frame never passes for one of another direction or site
  std::string destination;  // empty in what goes to everybody (HubState)
  SiteEpoch site_epoch;
  std::string incarnation;  // 32 hex digits, empty from the hub
  std::uint64_t boot = 0;
  std::uint64_t session = 0;
  HubEpoch hub_epoch;  // newest the sender knows
  Instant at{};        // for people
  bool time_trusted = false;
  std::string cause;  // at most 64 bytes
  std::optional<Instant> not_after;
  Content content;
  bool operator==(const Body&) const = default;
};

std::string site_address(const SiteName& site);      // "site:fra-1"
std::string hub_address(const std::string& hub_id);  // "hub:<id>"
std::optional<SiteName> site_of(const std::string& address);

// The speaker of a frame from a site, for sync::Inbox.
sync::Sender sender_of(const Body& body, const SiteName& site);

std::string encode_body(const Body& body);
// A `critical` feature that is not known here, an unknown type, codec or stream: `unsupported`.
Result<Body> decode_body(std::string_view bytes);

}  // namespace depops::wire

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/sync/facts.h"
#include "shared/sync/health.h"
#include "shared/sync/session_token.h"
#include "shared/trust/root.h"

// Up: gapless logs. Down: small answers. A frame is signed and verified whole by the adapter around it; what stands
// here is what both ends decide on. A stream's entries are opaque bytes to the sync layer: encoded once, hashed, kept.
namespace depops::sync {

enum class Stream : std::uint8_t { events = 1, audit = 2 };  // telemetry is not a stream: it may be lost

inline constexpr Stream kStreams[] = {Stream::events, Stream::audit};

const char* name_of(Stream stream) noexcept;

// Who speaks: a life of a site. `incarnation` is made when the journal is made, `session` rises at every connect.
struct Sender {
  SiteName site;
  SiteEpoch site_epoch;
  std::string incarnation;  // 16 random bytes as 32 hex digits
  std::uint64_t session = 0;
  bool operator==(const Sender&) const = default;
};

// Entries first, first+1, ... of one stream.
struct Run {
  Stream stream = Stream::events;
  Sequence first;
  std::vector<std::string> entries;
  std::uint64_t previous = 0;  // fingerprint of the entry before the first; 0: there is none any more
  bool operator==(const Run&) const = default;
};

struct StreamPosition {
  Stream stream = Stream::events;
  Sequence first_retained;  // oldest entry the site can still send
  Sequence last;            // newest it has written
  Sequence acked{};         // newest that a hub acknowledged: it was committed there
  bool operator==(const StreamPosition&) const = default;
};

// At connect and every few minutes: where the site stands.
struct Hello {
  Generation generation;  // of the desired state it holds
  HubEpoch hub_epoch;     // newest it has seen
  std::vector<StreamPosition> streams;
  std::string agent_version;
  trust::TrustVersion trust_version{};  // of the trust root it goes by; 0: none is pinned
  SessionToken token{};                 // the newest that the site stored
  std::string voice{};                  // 16 random bytes as 32 hex digits, of this connection; empty: no tokens here
  FactsRoot facts{};                    // of what the site knows about its services
  Digest digest{};                      // of the desired state it holds; empty: none, or not said
  bool shows = false;                   // it can be asked to show that
  std::string document{};               // only when it was asked: the desired state it holds, signed, as it came
  bool operator==(const Hello&) const = default;
};

// Cumulative: everything up to `contiguous` is committed in the hub's database. window_bytes 0 = stop sending.
struct Ack {
  Stream stream = Stream::events;
  Sequence contiguous;
  std::uint64_t window_bytes = 0;
  Millis wait{0};  // with window 0: ask again after so long, not before; 0: not said
  bool operator==(const Ack&) const = default;
};

// "Send again from here": a gap was seen.
struct Resend {
  Stream stream = Stream::events;
  Sequence from;
  bool operator==(const Resend&) const = default;
};

// "Say Hello with the document you hold": it knows more than this hub, or says so.
struct Show {
  bool operator==(const Show&) const = default;
};

// The site can not send what was asked: entries before `first_retained` are gone. The hub records the gap.
struct Gone {
  Stream stream = Stream::events;
  Sequence first_retained;
  bool operator==(const Gone&) const = default;
};

// The hub's word that it is there: agents send their outbox only after it.
struct HubState {
  HubEpoch hub_epoch;
  bool online = false;
  Instant at{};
  bool operator==(const HubState&) const = default;
};

// Retained, and the will of the connection: for the fleet view only, never for a decision.
struct Presence {
  bool online = false;
  std::string voice{};  // of the connection, as in its Hello; empty: an agent from before there were any
  bool operator==(const Presence&) const = default;
};

// A site asks for its next certificate. The hub gives it to who signed the frame, whatever the request says.
struct Renewal {
  std::string certificate_request;  // PEM
  bool operator==(const Renewal&) const = default;
};

// The hub's answer: for the site, its present epoch and the key of the request.
struct Certificate {
  std::string pem;
  bool operator==(const Certificate&) const = default;
};

using UpMessage = std::variant<Hello, Run, Gone, Inventory, SnapshotPart>;
using DownMessage =
    std::variant<Ack, Resend, Welcome, Freeze, InventoryAsk, SnapshotAsk, Show, Certificate, HealthTaken>;

// Lossy, newest wins: what runs here now, for the fleet view.
struct ServiceTelemetry {
  ServiceName service;
  VersionLabel stable;
  std::uint32_t desired = 0;
  std::uint32_t ready = 0;
  std::vector<std::pair<VersionLabel, std::uint32_t>> weights;  // percent by version
  std::uint64_t requests = 0;                                   // cumulative since the agent started
  std::uint64_t errors = 0;
  bool operator==(const ServiceTelemetry&) const = default;
};

// What a site makes of its machine's clock.
struct ClockState {
  bool trusted = false;  // it knows the time from the hub
  Millis skew{0};        // of the machine's clock against it; > 0: ahead
  bool operator==(const ClockState&) const = default;
};

struct Telemetry {
  Instant at{};
  bool healthy = true;
  std::string problem;  // what is wrong in one line when not healthy
  std::vector<ServiceTelemetry> services;
  std::uint64_t dropped = 0;          // that were not sent since the agent started: nobody was there to take them
  std::vector<HealthSpan> past{};     // oldest first; said again until a HealthTaken answers
  std::uint64_t past_dropped = 0;     // spans that were lost at the site since the agent started, for want of room
  std::optional<ClockState> clock{};  // absent: an agent from before it was told
  bool operator==(const Telemetry&) const = default;
};

}  // namespace depops::sync

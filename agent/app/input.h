#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "agent/ports/artifacts.h"
#include "agent/ports/downlink.h"
#include "agent/ports/hooks.h"
#include "agent/ports/metric_source.h"
#include "agent/ports/router.h"
#include "agent/ports/runtime.h"
#include "shared/base/names.h"
#include "shared/rollout/verb.h"
#include "shared/sync/desired.h"
#include "shared/sync/frame.h"

// What can happen to an agent. One struct per outside event.
namespace depops::agent {

struct Tick {};

// A retained document arrived. The edge checked signature and shape: either `desired` is there, or a code and a reason
// as in rollout::DesiredRefused say why not.
struct DesiredArrived {
  std::string bytes;
  std::optional<sync::Desired> desired;
  std::string refused_code;
  std::string refused_reason;
  std::optional<Evidence> evidence{};
};

struct HubSeen {
  sync::HubState state;
};

struct LinkChanged {
  bool connected = false;
  std::string voice{};  // drawn for this connection: 16 random bytes as 32 hex digits; empty: no session tokens
};

// The broker ended the connection because somebody else connected as this site.
struct TakenOver {};

struct FromHub {
  sync::DownMessage message;
  Instant at{};  // as the hub signed it; 1970: not said
};

// A SendEntries effect was carried out: so many entries with so many bytes were published, starting at `first`. 0
// entries: it could not be.
struct EntriesSent {
  sync::Stream stream = sync::Stream::events;
  Sequence first;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
};

// The journal was pruned.
struct Pruned {
  sync::StreamPosition position;
};

// A person at the site, through the socket. `ticket` names the waiting connection. Verb::abort while nothing is under
// way is refused; `rollback` goes back to the version before the stable one, or aborts what is under way.
struct LocalVerb {
  std::uint64_t ticket = 0;
  ServiceName service;
  bool rollback = false;
  rollout::Command command;  // actor "local:<user>"; command.verb means nothing when `rollback`
};

struct StatusAsked {
  std::uint64_t ticket = 0;
};

// ok: all is well. low: nothing new starts. full: only what stops, rolls back or notes is done. gone: observe only.
enum class Storage { ok, low, full, gone };

struct StorageSeen {
  Storage storage = Storage::ok;
};

// A frame from the broker that counts for nothing: no signature of the hub's, for somebody else, not understood.
struct FrameDropped {
  std::string code;
  std::string reason;
};

using Input =
    std::variant<Tick, RuntimeFacts, RouterFacts, ArtifactFacts, Measured, DesiredArrived, HubSeen, LinkChanged,
                 FromHub, EntriesSent, Pruned, LocalVerb, StatusAsked, StorageSeen, FrameDropped, HookFacts, TakenOver>;

}  // namespace depops::agent

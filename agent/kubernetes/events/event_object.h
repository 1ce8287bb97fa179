#pragma once

#include <string>

#include "agent/kubernetes/api/object.h"
#include "agent/kubernetes/api/patch.h"
#include "agent/kubernetes/client/discovery.h"
#include "agent/kubernetes/events/announce.h"
#include "shared/base/moment.h"

namespace depops::agent::kubernetes {

// Events of the API: those of events.k8s.io, and of the core group where there are no others.
Wanted new_events();
Wanted core_events();

// What an event stands beside.
struct Regarding {
  Resource kind;
  ObjectKey key;
  Uid uid;
};

struct EventTold {
  ObjectName name;
  SiteName site;
  Announcement said;
  Regarding regarding;
  Instant at{};
};

// As the server takes it. Notes are cut to what servers take, in whole characters.
json::Value event_body(const Resource& kind, const EventTold& told);
// The same event for the `count`-th time.
JsonPatch count_up(const Resource& kind, std::uint32_t count, Instant at);

// One that no other event of the namespace has, if moments differ.
ObjectName event_name(const ServiceName& service, Instant at, std::uint64_t number);

}  // namespace depops::agent::kubernetes

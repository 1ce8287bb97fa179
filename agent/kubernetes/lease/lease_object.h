#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/kubernetes/api/object.h"
#include "agent/kubernetes/api/patch.h"
#include "shared/base/moment.h"

namespace depops::agent::kubernetes {

using Holder = Id<struct HolderTag>;  // "pod/journal"; empty: nobody holds it

Resource leases();

// A Lease as it was read.
struct LeaseSeen {
  Holder holder;
  std::string renewed;            // as it is written: only ever compared for being the same
  Millis lasts{0};                // after a renewal; of [1 s, 10 min], whatever is written there
  std::uint32_t transitions = 0;  // how often it changed its holder
  ResourceVersion version;
  bool operator==(const LeaseSeen&) const = default;
};

LeaseSeen lease_of(const Object& object);

// A Lease that is ours from the beginning.
json::Value lease_body(const ObjectKey& key, const Holder& holder, Millis lasts, Instant now);
// Ours from now on if it is still what was seen; `holder` empty: given back.
JsonPatch lease_change(const LeaseSeen& seen, const Holder& holder, Millis lasts, Instant now);

// "2026-11-26T15:04:05.000000Z", as the API's MicroTime wants it.
std::string micro_time(Instant at);

}  // namespace depops::agent::kubernetes

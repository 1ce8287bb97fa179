#pragma once

#include <cstdint>

#include "shared/base/moment.h"
#include "shared/base/names.h"

namespace depops::rollout {

enum class IntentKind : std::uint8_t { scale_target, scale_stable, weight, routes, hook };
enum class IntentOutcome : std::uint8_t { open, done, drifted };

// One order, written before it is given. The newest of each kind is kept; older ones are closed.
struct Intent {
  std::uint64_t seq = 0;  // rises within the record; the same seq always means the same `desired`
  IntentKind kind = IntentKind::weight;
  SetId object;
  std::uint32_t desired = 0;       // replicas, percent, how many routes, or number of a hook's key
  std::uint32_t precondition = 0;  // what it was before
  Stamp issued_at;
  IntentOutcome outcome = IntentOutcome::open;
  bool operator==(const Intent&) const = default;
};

const char* name_of(IntentKind kind) noexcept;

}  // namespace depops::rollout

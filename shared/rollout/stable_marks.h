#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "shared/base/moment.h"
#include "shared/rollout/snapshot.h"

// What is remembered of the stable version beside its snapshot.
namespace depops::rollout {

// The earlier version after a completed rollout, for as long as its plan said.
struct WarmMark {
  std::shared_ptr<const VersionSnapshot> snapshot;
  std::uint32_t replicas = 0;
  Stamp since;
  Millis keep{0};
  bool operator==(const WarmMark&) const = default;
};

// What somebody scaled the service to: instead of the number that its versions declare.
struct SizeMark {
  std::optional<std::uint32_t> replicas;  // nothing: what they declare, again
  bool stable_only = false;               // the target declares another number than stable does: it has that one
  bool ordered = false;                   // both sets were told
  bool stable_whole = true;               // stable had all its instances when this was asked for
  std::uint32_t target_before = 0;        // the target's size until then
  std::uint32_t carried = 0;              // stable's size until then; 0: it is whole at the new one
  bool operator==(const SizeMark&) const = default;
};

}  // namespace depops::rollout

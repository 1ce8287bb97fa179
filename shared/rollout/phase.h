#pragma once

#include <cstddef>
#include <cstdint>

namespace depops::rollout {

// Where the machine is. Pauses and `degraded` are orthogonal to it.
enum class Phase : std::uint8_t {
  idle,       // nothing under way: `stable` serves, or nothing was ever deployed
  preflight,  // artifact on its way, stable looked at; nothing was changed yet
  scaling,    // canary step: the target grows to what the step's weight needs
  weighing,   // canary step: the weight is ordered and waits to be verified
  holding,    // pause step
  analyzing,  // analysis step
  rolling,    // target grows and stable shrinks within surge and unavailability
  promoting,  // target grows to all replicas, then takes all requests
  draining,   // target has all requests; stable loses its last ones
  aborting,   // back to stable
  baking,     // target has all requests and is watched; stable is kept
  routing,    // header step: the forced routes are ordered and wait to be read back
  hooking,    // hook step: something outside is done and waited for
};
inline constexpr std::size_t kPhases = 13;

const char* name_of(Phase phase) noexcept;

}  // namespace depops::rollout

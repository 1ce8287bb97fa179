#pragma once

#include <cstdint>
#include <string>

#include "shared/rollout/snapshot.h"

// A service of several workloads: its own takes the requests, its companions (workers, schedulers) run beside it from
// the same artifact, in the proportion that the version declares. A set is all of them: it comes, goes and fails as
// one. The machine counts instances of the own workload; what follows from that for the companions stands here.
namespace depops::rollout {

inline constexpr std::size_t kCompanionsMax = 8;

// Instances of a companion beside so many of the own workload, rounded up; none beside none.
std::uint32_t companions_for(const VersionSnapshot& snapshot, const ProcessWorkload& companion, std::uint32_t replicas);

// The set in which a runtime keeps a companion's instances.
SetId companion_set(const SetId& set, const std::string& name);

// Whose instances a set of a service keeps: the companion's name; empty: those of its own workload.
std::string companion_in(const SetId& set, const ServiceName& service);

// The companion as a runtime runs it: like a version of its own. Pre: there is one of that name.
VersionSnapshot companion_of(const VersionSnapshot& snapshot, const std::string& name);

// Of so many instances of the own workload those that are complete, when so many of the companion's `wanted` are well.
std::uint32_t complete_with(std::uint32_t replicas, std::uint32_t well, std::uint32_t wanted);

}  // namespace depops::rollout

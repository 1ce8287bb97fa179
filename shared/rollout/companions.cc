#include "shared/rollout/companions.h"

#include <algorithm>

namespace depops::rollout {
namespace {

constexpr std::size_t kSetDigits = 12;  // of a digest, behind the service's name (snapshot.h)

}  // namespace

std::uint32_t companions_for(const VersionSnapshot& snapshot, const ProcessWorkload& companion,
                             std::uint32_t replicas) {
  const std::uint64_t own = std::max(snapshot.workload.replicas, 1U);
  return static_cast<std::uint32_t>((std::uint64_t{companion.replicas} * replicas + own - 1) / own);
}

SetId companion_set(const SetId& set, const std::string& name) { return SetId(set.str() + "-" + name); }

std::string companion_in(const SetId& set, const ServiceName& service) {
  const std::string own = service.str() + "-";
  const std::size_t from = own.size() + kSetDigits + 1;  // behind the dash
  if (!set.str().starts_with(own) || set.str().size() <= from || set.str()[from - 1] != '-') return "";
  return set.str().substr(from);
}

VersionSnapshot companion_of(const VersionSnapshot& snapshot, const std::string& name) {
  VersionSnapshot companion = snapshot;
  companion.set = companion_set(snapshot.set, name);
  companion.workload = snapshot.companions.at(name);
  companion.companions.clear();
  return companion;
}

std::uint32_t complete_with(std::uint32_t replicas, std::uint32_t well, std::uint32_t wanted) {
  if (well >= wanted) return replicas;
  return static_cast<std::uint32_t>(std::uint64_t{replicas} * well / wanted);
}

}  // namespace depops::rollout

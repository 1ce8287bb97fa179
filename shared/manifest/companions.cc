#include <algorithm>

#include "shared/manifest/resolve.h"

// What runs beside the workload that takes the requests.
namespace depops::manifest {
namespace {

constexpr std::uint64_t kCompanionReplicasMax = 1'000;

}  // namespace

std::map<std::string, rollout::ProcessWorkload> to_companions(const Pipeline& pipeline,
                                                              const Environment& environment) {
  std::map<std::string, rollout::ProcessWorkload> companions = pipeline.companions;
  if (!pipeline.process || !environment.replicas) return companions;
  // An environment that has more of the service has more of what runs beside it.
  const std::uint64_t declared = std::max(pipeline.process->replicas, 1U);
  for (auto& [name, companion] : companions) {
    const std::uint64_t wanted = (std::uint64_t{companion.replicas} * *environment.replicas + declared - 1) / declared;
    companion.replicas = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, kCompanionReplicasMax));
  }
  return companions;
}

}  // namespace depops::manifest

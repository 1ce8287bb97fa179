#include "shared/rollout/height.h"

#include <algorithm>

#include "shared/rollout/rolling.h"
#include "shared/rollout/size.h"

namespace depops::rollout {
namespace {

bool shrinks_meanwhile(const Canary& canary) {
  return canary.dynamic_stable_scale ||
         std::ranges::any_of(canary.steps, [](const Step& step) { return std::holds_alternative<Batch>(step); });
}

bool goes_forward(const Record& record) {
  const bool forward = record.phase != Phase::idle && record.phase != Phase::aborting && record.plan;
  return forward && record.plan->kind != ReleaseKind::rollback;
}

}  // namespace

std::uint32_t height_of(const Record& record, bool weights) {
  if (!goes_forward(record)) return 0;
  const std::uint32_t n = target_size(record);
  const std::uint32_t stable = stable_size(record);
  if (!record.stable || stable == 0) return n;
  const auto* canary = std::get_if<Canary>(&record.plan->strategy);
  if (weights && canary != nullptr) return shrinks_meanwhile(*canary) && !record.strategy_skipped ? 0 : n;
  const std::uint32_t most = n + bounds_of_plan(*record.plan, n).surge;
  return most > stable ? std::min(most - stable, n) : 0;
}

// By weight a version gives up nothing before the other one has it; where instances take turns some may be missing.
std::optional<Dip> dip_of(const Record& record, bool weights) {
  if (!goes_forward(record) || !record.stable || stable_size(record) == 0) return std::nullopt;
  const std::uint32_t n = target_size(record);
  const bool by_weight = weights && std::holds_alternative<Canary>(record.plan->strategy);
  return Dip{n, by_weight ? n : n - std::min(n, bounds_of_plan(*record.plan, n).unavailable)};
}

}  // namespace depops::rollout

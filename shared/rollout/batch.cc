#include "shared/rollout/batch.h"

#include <algorithm>

#include "shared/rollout/amount.h"
#include "shared/rollout/rolling.h"

namespace depops::rollout {

std::optional<std::uint32_t> share_asked(const Step& step, std::uint32_t n) {
  if (const auto* weight = std::get_if<SetWeight>(&step)) return weight->percent;
  const auto* batch = std::get_if<Batch>(&step);
  if (batch == nullptr) return std::nullopt;
  const std::uint64_t count = std::max<std::uint64_t>(1, count_of(batch->instances, n));
  if (count >= n) return 100;
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(1, count * 100 / n));
}

std::uint32_t stable_keeps(const Canary& canary, std::uint32_t percent, std::uint32_t n) {
  const bool batches =
      std::ranges::any_of(canary.steps, [](const Step& step) { return std::holds_alternative<Batch>(step); });
  return batches ? n - std::min(n, instances_for(percent, n)) : instances_for(100 - percent, n);
}

}  // namespace depops::rollout

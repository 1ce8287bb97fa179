#include "shared/audit/growth.h"

#include <array>

namespace depops::audit {

namespace {

constexpr std::array<const char*, 6> kNames = {"same", "grown", "smaller", "split", "stale", "inconsistent"};

}  // namespace

const char* name_of(Growth growth) noexcept { return kNames[static_cast<std::size_t>(growth)]; }

Growth judge_growth(const Height& kept, const Height& asked, TreeSize from, const Proof& proof,
                    const Primitives& with) {
  if (asked.size < kept.size) return Growth::smaller;
  if (asked.size == kept.size) return asked.root == kept.root ? Growth::same : Growth::split;
  if (from != kept.size) return Growth::stale;
  const bool holds = verify_consistency(kept.size, asked.size, proof, kept.root, asked.root, with).ok();
  return holds ? Growth::grown : Growth::inconsistent;
}

}  // namespace depops::audit

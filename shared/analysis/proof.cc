#include "shared/analysis/proof.h"

#include <algorithm>

namespace depops::analysis {

ProofState observe(ProofState state, const Window& window, double margin, double dispersion) noexcept {
  add_window(state.logs, window, kBetterGrid, 1, margin);
  state.evidence = mean_evidence(state.logs, dispersion);
  state.evidence_max = std::max(state.evidence_max, state.evidence);
  return state;
}

}  // namespace depops::analysis

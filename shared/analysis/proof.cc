#include "shared/analysis/proof.h"

namespace depops::analysis {

ProofState observe(ProofState state, const Window& window, double margin, double dispersion) noexcept {
  add_window(state.logs, window, kBetterGrid, 1, margin);
  state.evidence = mean_evidence(state.logs, dispersion);
  return state;
}

}  // namespace depops::analysis

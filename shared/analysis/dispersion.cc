#include "shared/analysis/dispersion.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "shared/analysis/window.h"

namespace depops::analysis {

DispersionState observe(DispersionState state, const Window& stable_parts) noexcept {
  const auto part = static_cast<double>(stable_parts.canary.requests);
  const auto rest = static_cast<double>(stable_parts.stable.requests);
  const auto errors = static_cast<double>(stable_parts.canary.errors + stable_parts.stable.errors);
  if (errors <= 0 || part <= 0 || rest <= 0) return state;
  const double theta = part / (part + rest);
  const double off = static_cast<double>(stable_parts.canary.errors) - errors * theta;
  state.sum += off * off / (errors * theta * (1 - theta));
  ++state.windows;
  return state;
}

double dispersion_of(const DispersionState& state) noexcept {
  if (state.windows == 0) return 1;
  return std::clamp(state.sum / static_cast<double>(state.windows), 1.0, kDispersionMax);
}

double dispersion_at_most(const DispersionState& state) noexcept {
  if (state.windows == 0) return kDispersionUnmeasured;
  constexpr double kQuantile = 1.6449;
  const double n = state.windows;
  const double root = 1 - 2 / (9 * n) - kQuantile * std::sqrt(2 / (9 * n));
  if (root <= 0) return kDispersionMax;
  return std::clamp(state.sum / (n * root * root * root), 1.0, kDispersionMax);
}

std::optional<Window> stable_parts(const Reading& from, const Reading& to, const SetId& stable, std::uint64_t like) {
  std::map<std::string, Arm> sources;
  for (const CounterRow& row : to.rows) {
    if (row.set == stable) sources[row.source] = counted(row, row_of(from, row));
  }
  if (sources.size() < 2) return std::nullopt;
  Window window{from.at, to.at, {}, {}};
  std::size_t left = sources.size();
  for (const auto& [source, arm] : sources) {
    const bool plays_canary = left == sources.size() || (left > 1 && window.canary.requests < like);
    Arm& part = plays_canary ? window.canary : window.stable;
    part.requests += arm.requests;
    part.errors += arm.errors;
    --left;
  }
  return window;
}

}  // namespace depops::analysis

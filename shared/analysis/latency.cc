#include "shared/analysis/latency.h"

#include <algorithm>
#include <optional>

namespace depops::analysis {
namespace {

std::size_t copies_of(const LatencyState& state) {
  return state.bounds.empty() ? 0 : state.logs.size() / state.bounds.size();
}

// Where each chosen bound stands in this window.
std::optional<std::vector<std::size_t>> places_of(const std::vector<double>& chosen, const std::vector<double>& all) {
  std::vector<std::size_t> places;
  for (const double bound : chosen) {
    const auto found = std::find(all.begin(), all.end(), bound);
    if (found == all.end()) return std::nullopt;
    places.push_back(static_cast<std::size_t>(found - all.begin()));
  }
  return places;
}

double mean_of(const LatencyState& state, const SequentialSettings& settings) {
  double sum = 0;
  for (const GridLog& log : state.logs) sum += mean_evidence(log, settings.dispersion);
  const auto bounds = static_cast<double>(state.bounds.size());
  const double waiting = static_cast<double>(settings.restarts) - static_cast<double>(copies_of(state));
  return (sum / bounds + waiting) / static_cast<double>(settings.restarts);
}

// Every copy gains the same from a window.
void add_bounds(LatencyState& state, const HistogramWindow& window, const std::vector<std::size_t>& places,
                double rho) {
  for (std::size_t bound = 0; bound < places.size(); ++bound) {
    GridLog gain{};
    add_window(gain, at_bound(window, places[bound]), kSlowerGrid, rho, rho);
    for (std::size_t i = bound; i < state.logs.size(); i += places.size()) {
      for (std::size_t ratio = 0; ratio < gain.size(); ++ratio) state.logs[i][ratio] += gain[ratio];
    }
  }
}

bool whole(const HistogramWindow& window) {
  return !window.bounds.empty() && window.canary.slower.size() == window.bounds.size() &&
         window.stable.slower.size() == window.bounds.size();
}

}  // namespace

std::vector<double> chosen_bounds(const std::vector<double>& bounds) {
  if (bounds.size() <= kBoundsMax) return bounds;
  std::vector<double> chosen;
  for (std::size_t i = 0; i < kBoundsMax; ++i) chosen.push_back(bounds[i * (bounds.size() - 1) / (kBoundsMax - 1)]);
  return chosen;
}

Window at_bound(const HistogramWindow& window, std::size_t bound) {
  return {window.from,
          window.to,
          {window.canary.requests, window.canary.slower.at(bound)},
          {window.stable.requests, window.stable.slower.at(bound)}};
}

Result<LatencyState> observe(LatencyState state, const HistogramWindow& window, const SequentialSettings& settings) {
  if (!whole(window)) return Error{Errc::invalid, "a histogram without buckets, or arms with different buckets"};
  if (state.bounds.empty()) state.bounds = chosen_bounds(window.bounds);
  const auto places = places_of(state.bounds, window.bounds);
  if (!places) return Error{Errc::invalid, "the buckets changed in the middle of the analysis"};
  if (starts_copy(state.windows, copies_of(state), settings)) {
    state.logs.resize(state.logs.size() + state.bounds.size());
  }
  ++state.windows;
  add_bounds(state, window, *places, settings.tolerated_ratio);
  state.evidence = mean_of(state, settings);
  state.evidence_max = std::max(state.evidence_max, state.evidence);
  return state;
}

std::size_t loudest_bound(const LatencyState& state) {
  std::size_t loudest = 0;
  double most = -kLogMax;
  for (std::size_t i = 0; i < state.logs.size(); ++i) {
    const double here = *std::max_element(state.logs[i].begin(), state.logs[i].end());
    if (here <= most) continue;
    most = here;
    loudest = i % state.bounds.size();
  }
  return loudest;
}

std::size_t size_of(const LatencyState& state) noexcept {
  return sizeof(LatencyState) + state.bounds.size() * sizeof(double) + state.logs.size() * sizeof(GridLog);
}

}  // namespace depops::analysis

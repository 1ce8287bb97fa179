#include "shared/analysis/sentence.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace depops::analysis {
namespace {

std::string arm_text(const Arm& arm) { return std::to_string(arm.errors) + " in " + std::to_string(arm.requests); }

// Rate of the canary over the rate of the stable; words where there is no such number.
std::string ratio_text(const Window& window, const char* only_canary, const char* none) {
  if (window.canary.requests == 0 || window.stable.requests == 0) return "no ratio";
  if (window.canary.errors == 0) return window.stable.errors == 0 ? none : "0x";
  if (window.stable.errors == 0) return only_canary;
  const double canary = static_cast<double>(window.canary.errors) / static_cast<double>(window.canary.requests);
  const double stable = static_cast<double>(window.stable.errors) / static_cast<double>(window.stable.requests);
  char text[32];
  std::snprintf(text, sizeof text, "%.1fx", canary / stable);
  return text;
}

std::string evidence_text(double evidence, double limit) {
  return ", evidence " + short_number(evidence) + " : 1, limit " + short_number(limit) + " : 1";
}

}  // namespace

std::string short_number(double value) {
  char text[40];
  const double magnitude = std::abs(value);
  const char* format = "%.3g";
  if (magnitude >= 100 && magnitude < 1e6) format = "%.0f";
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string errors_sentence(const Window& window, double evidence, double limit) {
  std::string canary = std::to_string(window.canary.errors) + " errors in " + std::to_string(window.canary.requests);
  return "canary " + canary + " requests, stable " + arm_text(window.stable) + ": " +
         ratio_text(window, "only the canary fails", "no errors") + evidence_text(evidence, limit);
}

std::string dispersion_text(double dispersion) {
  return dispersion > 1 ? ", errors clump " + short_number(dispersion) + "x" : "";
}

std::string latency_sentence(const HistogramWindow& window, double bound, double evidence, double limit) {
  const auto found = std::find(window.bounds.begin(), window.bounds.end(), bound);
  const Window counts = at_bound(window, static_cast<std::size_t>(found - window.bounds.begin()));
  const auto of = [](const Arm& arm) { return std::to_string(arm.errors) + " of " + std::to_string(arm.requests); };
  return "slower than " + short_number(bound) + " s: canary " + of(counts.canary) + ", stable " + of(counts.stable) +
         ": " + ratio_text(counts, "only the canary is", "none") + evidence_text(evidence, limit);
}

std::string gauge_sentence(const GaugeState& state, double limit) {
  const double ratio = state.stable_mean == 0 ? 0 : state.canary_mean / state.stable_mean;
  return "canary " + short_number(state.canary_mean) + " on average, stable " + short_number(state.stable_mean) +
         ", over " + std::to_string(state.windows) +
         " windows: " + (ratio > 0 ? short_number(ratio) + "x" : std::string("no ratio")) +
         evidence_text(state.evidence, limit);
}

}  // namespace depops::analysis

#include "shared/analysis/sentence.h"

#include <cmath>
#include <cstdio>

namespace depops::analysis {
namespace {

std::string arm_text(const Arm& arm) { return std::to_string(arm.errors) + " in " + std::to_string(arm.requests); }

// Rate of the canary over the rate of the stable; words where there is no such number.
std::string ratio_text(const Window& window) {
  if (window.canary.requests == 0 || window.stable.requests == 0) return "no ratio";
  if (window.canary.errors == 0) return window.stable.errors == 0 ? "no errors" : "0x";
  if (window.stable.errors == 0) return "only the canary fails";
  const double canary = static_cast<double>(window.canary.errors) / static_cast<double>(window.canary.requests);
  const double stable = static_cast<double>(window.stable.errors) / static_cast<double>(window.stable.requests);
  char text[32];
  std::snprintf(text, sizeof text, "%.1fx", canary / stable);
  return text;
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
  return "canary " + canary + " requests, stable " + arm_text(window.stable) + ": " + ratio_text(window) +
         ", evidence " + short_number(evidence) + " : 1, limit " + short_number(limit) + " : 1";
}

}  // namespace depops::analysis

#include "shared/manifest/diagnostic.h"

#include <algorithm>
#include <tuple>

namespace depops::manifest {
namespace {

constexpr std::size_t kShownMax = 60;

// Optimal string alignment distance.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string to_string(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.place.line != 0) {
    text += ":" + std::to_string(diagnostic.place.line) + ":" + std::to_string(diagnostic.place.column);
  }
  text += ": ";
  if (!diagnostic.path.empty()) text += harmless(diagnostic.path) + ": ";
  return text + diagnostic.message;
}

std::string to_string(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += to_string(diagnostic) + "\n";
  return text;
}

void sort(std::vector<Diagnostic>& diagnostics) {
  const auto order = [](const Diagnostic& d) { return std::tie(d.place.line, d.place.column, d.message); };
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [&order](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > kShownMax) return "";
  std::string best;
  std::size_t best_edits = 0;
  for (const std::string& candidate : candidates) {
    const std::size_t count = edits(word, candidate);
    const std::size_t allowed = std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 3);
    if (count <= allowed && (best.empty() || count < best_edits)) {
      best = candidate;
      best_edits = count;
    }
  }
  return best;
}

std::string harmless(std::string text) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  std::ranges::replace_if(text, control, '?');
  return text;
}

std::string quoted(std::string_view text) {
  std::size_t end = std::min(kShownMax, text.size());
  // Not in the middle of a character: its bytes after the first are 10xxxxxx.
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return '"' + harmless(std::string(text.substr(0, end))) + (end < text.size() ? "...\"" : "\"");
}

}  // namespace depops::manifest

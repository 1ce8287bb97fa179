#include <algorithm>
#include <string_view>

#include "shared/manifest/resolve.h"

// Which sites an environment's selector means.
namespace depops::manifest {
namespace {

// `*` stands for any run of characters.
bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool any_matches(const std::vector<std::string>& patterns, const std::string& text) {
  return std::any_of(patterns.begin(), patterns.end(), [&text](const auto& one) { return matches_pattern(one, text); });
}

}  // namespace

bool selects(const SiteSelector& selector, const SiteName& site, const std::map<std::string, std::string>& labels) {
  if (!selector.names.empty() && !any_matches(selector.names, site.str())) return false;
  const auto region = labels.find("region");
  const bool in_region = region != labels.end() && any_matches(selector.regions, region->second);
  if (!selector.regions.empty() && !in_region) return false;
  return std::all_of(selector.match_labels.begin(), selector.match_labels.end(), [&labels](const auto& wanted) {
    const auto label = labels.find(wanted.first);
    return label != labels.end() && label->second == wanted.second;
  });
}

}  // namespace depops::manifest

#include "shared/analysis/placeholders.h"

namespace depops::analysis {
namespace {

constexpr std::string_view kSet = "{{set}}";
constexpr std::string_view kVersion = "{{version}}";

void put(std::string& text, std::string_view word, const std::string& value) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size())) {
    text.replace(at, word.size(), value);
  }
}

}  // namespace

bool tells_versions_apart(std::string_view text) noexcept {
  return text.find(kSet) != std::string_view::npos || text.find(kVersion) != std::string_view::npos;
}

std::string for_version(std::string text, const std::string& set, const std::string& version) {
  put(text, kSet, set);
  put(text, kVersion, version);
  return text;
}

}  // namespace depops::analysis

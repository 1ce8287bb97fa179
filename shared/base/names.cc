#include "shared/base/names.h"

#include <algorithm>

namespace depops {
namespace {

constexpr std::size_t kNameMax = 63;
constexpr std::size_t kDigestHexLength = 64;
constexpr std::string_view kDigestPrefix = "sha256:";

bool is_lower_or_digit(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_alphanumeric(char c) noexcept { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool is_name(std::string_view text) noexcept {
  if (text.empty() || text.size() > kNameMax) return false;
  if (!is_lower_or_digit(text.front()) || !is_lower_or_digit(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_version_label(std::string_view text) noexcept {
  if (text.empty() || text.size() > kNameMax || !is_alphanumeric(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '+' || c == '-'; });
}

bool is_digest(std::string_view text) noexcept {
  if (text.size() != kDigestPrefix.size() + kDigestHexLength || !text.starts_with(kDigestPrefix)) return false;
  text.remove_prefix(kDigestPrefix.size());
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace depops

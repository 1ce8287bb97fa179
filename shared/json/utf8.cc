#include "shared/json/utf8.h"

namespace depops::json {
namespace {

bool continues(std::string_view text, std::size_t from, std::size_t count) noexcept {
  if (text.size() < from + count) return false;
  for (std::size_t i = from; i < from + count; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return false;
  return true;
}

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const auto second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0U;
  if (first >= 0xC2 && first <= 0xDF) return continues(text, 1, 1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
    return continues(text, 1, 2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
    return continues(text, 1, 3) ? 4 : 0;
  }
  return 0;
}

}  // namespace depops::json

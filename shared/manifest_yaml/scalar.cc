#include "shared/manifest_yaml/scalar.h"

#include <algorithm>

namespace depops::manifest_yaml {
namespace {

using manifest::Node;

constexpr std::size_t kNumberMax = 40;  // bytes

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes a run of digits from the front; how many.
std::size_t take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count;
}

Node::Kind kind_of_number(std::string_view text) {
  if (text.size() > kNumberMax) return Node::Kind::string;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const bool leading_zero = text.size() > 1 && text[0] == '0' && is_digit(text[1]);
  const std::size_t whole = take_digits(text);
  if (leading_zero) return Node::Kind::string;
  if (text.empty()) return whole > 0 ? Node::Kind::integer : Node::Kind::string;
  std::size_t fraction = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole + fraction == 0) return Node::Kind::string;
  if (text.empty()) return Node::Kind::number;
  if (text[0] != 'e' && text[0] != 'E') return Node::Kind::string;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return take_digits(text) > 0 && text.empty() ? Node::Kind::number : Node::Kind::string;
}

// Bytes of the UTF-8 character at the front, 0 if there is none that is allowed.
std::size_t character_at(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return (first >= 0x20 && first != 0x7f) || first == '\n' || first == '\r' || first == '\t' ? 1 : 0;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool outside = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
  return overlong || outside ? 0 : length;
}

}  // namespace

manifest::Node::Kind kind_of_plain(std::string_view text) noexcept {
  if (text.empty() || text == "~" || text == "null") return Node::Kind::null;
  if (text == "true" || text == "false") return Node::Kind::boolean;
  return kind_of_number(text);
}

std::optional<manifest::Place> first_bad_byte(std::string_view text) noexcept {
  manifest::Place place{1, 1};
  while (!text.empty()) {
    const std::size_t length = character_at(text);
    if (length == 0) return place;
    const bool line_end = text[0] == '\n';
    place.line += line_end ? 1 : 0;
    place.column = line_end ? 1 : place.column + 1;
    text.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace depops::manifest_yaml

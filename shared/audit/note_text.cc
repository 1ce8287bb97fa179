#include "shared/audit/note_text.h"

#include <algorithm>
#include <array>

namespace depops::audit {
namespace {

constexpr char32_t kNone = 0xFFFFFFFF;

// The bytes after the first one of a character, and the least number that needs so many.
struct Form {
  std::size_t more;
  char32_t bits;
  char32_t least;
};

Form form_of(unsigned char first) {
  if (first < 0x80) return {0, first, 0};
  if ((first & 0xE0) == 0xC0) return {1, static_cast<char32_t>(first & 0x1F), 0x80};
  if ((first & 0xF0) == 0xE0) return {2, static_cast<char32_t>(first & 0x0F), 0x800};
  if ((first & 0xF8) == 0xF0) return {3, static_cast<char32_t>(first & 0x07), 0x10000};
  return {0, kNone, 0};
}

// kNone: what stands there is no UTF-8.
char32_t take_character(std::string_view& from) {
  const Form form = form_of(static_cast<unsigned char>(from.front()));
  if (form.bits == kNone || from.size() <= form.more) return kNone;
  char32_t character = form.bits;
  for (std::size_t i = 1; i <= form.more; ++i) {
    const auto byte = static_cast<unsigned char>(from[i]);
    if ((byte & 0xC0) != 0x80) return kNone;
    character = character << 6 | (byte & 0x3FU);
  }
  from.remove_prefix(1 + form.more);
  const bool half_a_pair = character >= 0xD800 && character <= 0xDFFF;
  return character < form.least || character > 0x10FFFF || half_a_pair ? kNone : character;
}

// White_Space of Unicode.
bool is_space(char32_t c) {
  constexpr std::array<char32_t, 8> kOthers{0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F};
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x2000 && c <= 0x200A) || c == 0x3000 ||
         std::find(kOthers.begin(), kOthers.end(), c) != kOthers.end();
}

}  // namespace

bool is_note_text(std::string_view text) {
  while (!text.empty()) {
    const char32_t c = take_character(text);
    if (c == kNone || (c < 0x20 && c != '\n')) return false;
  }
  return true;
}

bool is_note_name(std::string_view name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const char32_t c = take_character(name);
    if (c == kNone || c < 0x20 || c == '+' || is_space(c)) return false;
  }
  return true;
}

bool take_line(std::string_view& from, std::string_view& line) {
  const std::size_t end = from.find('\n');
  if (end == std::string_view::npos) return false;
  line = from.substr(0, end);
  from.remove_prefix(end + 1);
  return true;
}

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes.push_back(static_cast<char>(number >> shift & 0xFF));
  return bytes;
}

std::uint32_t from_big_endian(std::string_view four_bytes) {
  std::uint32_t number = 0;
  for (const char byte : four_bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace depops::audit

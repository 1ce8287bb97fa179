#include "shared/json/write.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "shared/json/utf8.h"

namespace depops::json {
namespace {

struct Writer {
  std::string out;

  void operator()(std::monostate) { out += "null"; }
  void operator()(bool value) { out += value ? "true" : "false"; }
  void operator()(std::int64_t value) { out += std::to_string(value); }
  void operator()(std::uint64_t value) { out += std::to_string(value); }
  void operator()(double value);
  void operator()(const std::string& value);
  void operator()(const Value::Array& value);
  void operator()(const Value::Object& value);

  void escape(unsigned char letter);
};

void Writer::operator()(double value) {
  constexpr double kMost = std::numeric_limits<double>::max();
  if (std::isnan(value)) value = 0;
  if (std::isinf(value)) value = value > 0 ? kMost : -kMost;
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

void Writer::escape(unsigned char letter) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (letter) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[letter >> 4];
      out += kHex[letter & 15];
  }
}

void Writer::operator()(const std::string& value) {
  out += '"';
  std::string_view rest = value;
  while (!rest.empty()) {
    const auto letter = static_cast<unsigned char>(rest[0]);
    std::size_t length = utf8_length(rest);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      length = 1;
    } else if (letter < 0x20 || letter == '"' || letter == '\\' || letter == 0x7F) {
      escape(letter);
    } else {
      out.append(rest.substr(0, length));
    }
    rest.remove_prefix(length);
  }
  out += '"';
}

void Writer::operator()(const Value::Array& value) {
  out += '[';
  for (const Value& item : value) {
    if (&item != &value.front()) out += ',';
    std::visit(*this, item.raw());
  }
  out += ']';
}

void Writer::operator()(const Value::Object& value) {
  out += '{';
  for (const auto& member : value) {
    if (&member != &value.front()) out += ',';
    (*this)(member.first);
    out += ':';
    std::visit(*this, member.second.raw());
  }
  out += '}';
}

}  // namespace

std::string write(const Value& value) {
  Writer writer;
  std::visit(writer, value.raw());
  return std::move(writer.out);
}

}  // namespace depops::json

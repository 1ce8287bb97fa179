#include "shared/json/write.h"

#include <Poco/JSONString.h>

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
};

void Writer::operator()(double value) {
  constexpr double kMost = std::numeric_limits<double>::max();
  if (std::isnan(value)) value = 0;
  if (std::isinf(value)) value = value > 0 ? kMost : -kMost;
  std::array<char, 40> buffer{};
  // Readers take a number without point or exponent for an integer, and one beyond 64 bits for a mistake.
  const bool large = std::abs(value) >= 9007199254740992.0;
  char* const last = buffer.data() + buffer.size();
  const auto end = large ? std::to_chars(buffer.data(), last, value, std::chars_format::scientific).ptr
                         : std::to_chars(buffer.data(), last, value).ptr;
  out.append(buffer.data(), end);
}

// Poco escapes; it would let bytes through that are no UTF-8.
void Writer::operator()(const std::string& value) {
  std::string clean;
  std::string_view rest = value;
  while (!rest.empty()) {
    const std::size_t length = utf8_length(rest);
    clean += length == 0 ? std::string_view("\xEF\xBF\xBD") : rest.substr(0, length);
    rest.remove_prefix(length == 0 ? 1 : length);
  }
  out += Poco::toJSON(clean, Poco::JSON_WRAP_STRINGS);
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

#include "agent/kubernetes/manifests/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kNumberTextMax = 64;

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool only(std::string_view text, std::string_view alphabet) {
  return !text.empty() && text.find_first_not_of(alphabet) == std::string_view::npos;
}

Error unclear(const std::string& text, const std::string& why) {
  return {Errc::invalid, "'" + text.substr(0, kNumberTextMax) + "' " + why};
}

Result<json::Value> whole(const std::string& text, std::string_view digits, int base, bool negative) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
  if (error != std::errc() || end != digits.data() + digits.size() || (negative && number > kMost))
    return unclear(text, "is larger than any whole number of the API; quote it if it is a text");
  if (!negative) return number < kMost ? json::Value(static_cast<std::int64_t>(number)) : json::Value(number);
  return json::Value(number == kMost ? INT64_MIN : -static_cast<std::int64_t>(number));
}

// Digits, a point, an exponent, as far as they are there; nothing: no number.
bool is_decimal(std::string_view text) {
  const auto digits = [&text] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  std::size_t count = digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    count += digits();
  }
  if (count == 0) return false;
  if (text.empty()) return true;
  if (!text.starts_with('e') && !text.starts_with('E')) return false;
  text.remove_prefix(1);
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return only(text, "0123456789");
}

Result<json::Value> decimal(const std::string& text) {
  std::string_view digits(text);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(number))
    return unclear(text, "is no number that the API can hold; quote it if it is a text");
  return json::Value(number);
}

Result<json::Value> number_of(const std::string& text, std::string_view body, bool negative) {
  constexpr std::string_view kDecimal = "0123456789";
  if (body.starts_with("0x") && only(body.substr(2), "0123456789abcdefABCDEF"))
    return whole(text, body.substr(2), 16, negative);
  if (body.starts_with("0o") && only(body.substr(2), "01234567")) return whole(text, body.substr(2), 8, negative);
  if (body.starts_with("0b") && only(body.substr(2), "01")) return whole(text, body.substr(2), 2, negative);
  if (body.size() > 1 && body[0] == '0' && only(body, kDecimal)) {
    if (only(body, "01234567")) return whole(text, body.substr(1), 8, negative);
    return unclear(text, "begins with 0 and is no octal number; quote it, or leave the 0 out");
  }
  if (only(body, kDecimal)) return whole(text, body, 10, negative);
  if (is_decimal(body)) return decimal(text);
  return json::Value(text);
}

}  // namespace

Result<json::Value> plain_scalar(const std::string& text) {
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return json::Value();
  if (one_of(text, {"true", "True", "TRUE"})) return json::Value(true);
  if (one_of(text, {"false", "False", "FALSE"})) return json::Value(false);
  if (one_of(text, {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF"}))
    return unclear(text, "is a truth value for some readers and a text for others; write true or false, or quote it");
  std::string_view body(text);
  const bool negative = body.starts_with('-');
  if (negative || body.starts_with('+')) body.remove_prefix(1);
  if (one_of(body, {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"}))
    return unclear(text, "is no number that JSON knows; quote it if it is a text");
  if (only(body, "0123456789_") && body.find('_') != std::string_view::npos && body[0] != '_')
    return unclear(text, "is a number for some readers and a text for others; leave the _ out, or quote it");
  return number_of(text, body, negative);
}

}  // namespace depops::agent::kubernetes

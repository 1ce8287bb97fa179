#include "shared/json/parse.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "shared/json/utf8.h"

namespace depops::json {
namespace {

constexpr int kDepthMax = 64;

// Recursive descent over a text that is capped by its caller. The first mistake is kept and ends everything.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Value> whole() {
    Value out = value(0);
    skip_space();
    if (!trouble_ && at_ != text_.size()) fail("nothing may follow the value");
    if (trouble_) return Error{Errc::invalid, place() + ": " + *trouble_};
    return out;
  }

 private:
  Value value(int depth);
  Value object(int depth);
  Value array(int depth);
  Value number();
  Value word();
  std::string string();
  void escape(std::string& out);
  std::uint32_t hex4();
  std::string place() const;

  Value fail(std::string what) {
    if (!trouble_) trouble_ = std::move(what);
    return {};
  }
  bool ended() const { return at_ >= text_.size(); }
  char peek() const { return ended() ? '\0' : text_[at_]; }
  bool take(char letter) {
    if (ended() || text_[at_] != letter) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (!ended() && (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t')) ++at_;
  }
  bool digits() {
    const std::size_t from = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > from;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<std::string> trouble_;
};

std::string Parser::place() const {
  const std::string_view before = text_.substr(0, std::min(at_, text_.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto newline = before.rfind('\n');
  const auto column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

Value Parser::value(int depth) {
  if (depth > kDepthMax) return fail("nested deeper than " + std::to_string(kDepthMax));
  skip_space();
  const char next = peek();
  if (next == '{') return object(depth);
  if (next == '[') return array(depth);
  if (next == '"') return string();
  if (next == '-' || (next >= '0' && next <= '9')) return number();
  return word();
}

Value Parser::object(int depth) {
  Value out = Value::object();
  ++at_;
  skip_space();
  if (take('}')) return out;
  while (!trouble_) {
    skip_space();
    if (peek() != '"') return fail("a name in double quotes is expected");
    std::string name = string();
    if (out.find(name) != nullptr) return fail("the name \"" + name + "\" stands here twice");
    skip_space();
    if (!take(':')) return fail("':' is expected after a name");
    Value member = value(depth + 1);
    out.add(std::move(name), std::move(member));
    skip_space();
    if (take('}')) return out;
    if (!take(',')) return fail("',' or '}' is expected");
  }
  return out;
}

Value Parser::array(int depth) {
  Value out = Value::array();
  ++at_;
  skip_space();
  if (take(']')) return out;
  while (!trouble_) {
    out.push(value(depth + 1));
    skip_space();
    if (take(']')) return out;
    if (!take(',')) return fail("',' or ']' is expected");
  }
  return out;
}

Value Parser::word() {
  for (const std::string_view word : {"true", "false", "null"}) {
    if (text_.substr(at_, word.size()) != word) continue;
    at_ += word.size();
    return word == "null" ? Value() : Value(word == "true");
  }
  return fail(ended() ? "the text ends too early" : "a value is expected");
}

Value Parser::number() {
  const std::size_t from = at_;
  const bool negative = take('-');
  if (!take('0') && !digits()) return fail("a digit is expected");
  bool whole = true;
  if (take('.')) {
    whole = false;
    if (!digits()) return fail("a digit is expected after '.'");
  }
  if (take('e') || take('E')) {
    whole = false;
    if (!take('+')) take('-');
    if (!digits()) return fail("a digit is expected in the exponent");
  }
  const char* begin = text_.data() + from;
  const char* end = text_.data() + at_;
  std::int64_t small = 0;
  std::uint64_t large = 0;
  if (whole && std::from_chars(begin, end, small).ec == std::errc()) return small;
  if (whole && !negative && std::from_chars(begin, end, large).ec == std::errc()) return large;
  double real = 0;
  if (std::from_chars(begin, end, real).ec != std::errc() || !std::isfinite(real))
    return fail("the number is too large");
  return real;
}

std::uint32_t Parser::hex4() {
  std::uint32_t code = 0;
  const std::string_view four = text_.substr(std::min(at_, text_.size()), 4);
  const auto read = std::from_chars(four.data(), four.data() + four.size(), code, 16);
  if (four.size() != 4 || read.ptr != four.data() + 4) fail("four hexadecimal digits are expected");
  at_ += 4;
  return code;
}

void Parser::escape(std::string& out) {
  static constexpr std::string_view kFrom = "\"\\/bfnrt";
  static constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  const char letter = peek();
  ++at_;
  if (const auto index = kFrom.find(letter); letter != '\0' && index != std::string_view::npos) {
    out += kTo[index];
    return;
  }
  if (letter != 'u') {
    fail("unknown escape");
    return;
  }
  std::uint32_t code = hex4();
  if (code >= 0xD800 && code < 0xDC00 && take('\\') && take('u')) {
    const std::uint32_t low = hex4();
    if (low >= 0xDC00 && low < 0xE000) code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  if (code >= 0xD800 && code < 0xE000) fail("half of a surrogate pair");
  if (!trouble_) append_utf8(out, code);
}

std::string Parser::string() {
  std::string out;
  ++at_;
  while (!trouble_) {
    if (ended()) return fail("the text ends inside a string"), out;
    if (take('"')) return out;
    if (take('\\')) {
      escape(out);
      continue;
    }
    if (static_cast<unsigned char>(peek()) < 0x20) return fail("control characters must be escaped"), out;
    const std::size_t length = utf8_length(text_.substr(at_));
    if (length == 0) return fail("these bytes are no UTF-8"), out;
    out.append(text_.substr(at_, length));
    at_ += length;
  }
  return out;
}

}  // namespace

Result<Value> parse(std::string_view text) { return Parser(text).whole(); }

}  // namespace depops::json

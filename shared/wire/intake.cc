#include "shared/wire/intake.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <cmath>
#include <cstring>

namespace depops::wire {
namespace {

constexpr std::int64_t kYearMs = 366LL * 24 * 3'600 * 1'000;

// Length of the UTF-8 sequence at the start of `text`, 0 if there is none that is valid.
std::size_t sequence_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);  // surrogates, above U+10FFFF
  return overlong || beyond ? 0 : length;
}

// Of the plain ASCII at the start of `text`, what can be told eight bytes at a time.
std::size_t plain_length(std::string_view text) noexcept {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::size_t length = 0;
  for (std::uint64_t eight = 0; text.size() - length >= sizeof eight; length += sizeof eight) {
    std::memcpy(&eight, text.data() + length, sizeof eight);
    if ((eight & kHighBits) != 0) break;
  }
  return length;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  for (;;) {
    text.remove_prefix(plain_length(text));
    if (text.empty()) return true;
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
}

std::string clipped(const std::string& text, std::size_t max) {
  if (text.size() <= max && is_utf8(text)) return text;
  std::string out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t length = sequence_length(rest);
    if (out.size() + std::max<std::size_t>(length, 1) > max) break;
    out += length == 0 ? std::string_view("?") : rest.substr(0, length);
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

void Intake::fail(Errc code, std::string what) {
  if (!error_) error_ = Error{code, std::move(what)};
}

void Intake::require(bool holds, const char* field, const char* what) {
  if (!holds) fail(Errc::invalid, std::string(field) + " " + what);
}

std::string Intake::text(const std::string& value, const char* field, std::size_t max) {
  if (value.size() > max) fail(Errc::invalid, std::string(field) + " has more than " + std::to_string(max) + " bytes");
  require(is_utf8(value), field, "is not UTF-8");
  require(value.find('\0') == std::string::npos, field, "contains a zero byte");
  return ok() ? value : std::string();
}

std::string Intake::needed(const std::string& value, const char* field, std::size_t max) {
  require(!value.empty(), field, "is missing");
  return text(value, field, max);
}

VersionLabel Intake::label(const std::string& value, const char* field) {
  require(is_version_label(value), field, "is not a version label");
  return VersionLabel(value);
}

VersionLabel Intake::optional_label(const std::string& value, const char* field) {
  return value.empty() ? VersionLabel() : label(value, field);
}

Digest Intake::digest(const std::string& value, const char* field) {
  require(is_digest(value), field, "is not a digest of the form sha256:<64 hex digits>");
  return Digest(value);
}

std::uint64_t Intake::number(std::uint64_t value, const char* field, std::uint64_t max) {
  if (value <= max) return value;
  fail(Errc::invalid, std::string(field) + " is above " + std::to_string(max));
  return 0;
}

std::uint32_t Intake::number32(std::uint64_t value, const char* field, std::uint32_t max) {
  return static_cast<std::uint32_t>(number(value, field, max));
}

double Intake::real(double value, const char* field) {
  require(!std::isnan(value), field, "is not a number");
  return value;
}

Millis Intake::duration(std::int64_t ms, const char* field) {
  require(ms >= 0 && ms <= 100 * kYearMs, field, "is not a duration from 0 to 100 years");
  return Millis(ok() ? ms : 0);
}

Instant Intake::instant(std::int64_t ms, const char* field) {
  require(ms >= -100'000 * kYearMs && ms <= 100'000 * kYearMs, field, "is not a time");
  return Instant(Millis(ok() ? ms : 0));
}

void Intake::count(int count, const char* field, std::size_t max) {
  if (static_cast<std::size_t>(count) > max) {
    fail(Errc::invalid, std::string(field) + ": " + std::to_string(count) + " of them, at most " + std::to_string(max));
  }
}

bool parse(std::string_view bytes, google::protobuf::MessageLite& message) {
  // The library would write a line to stderr for every malformed message; the sender must not fill our log.
  static const auto* const silenced = (google::protobuf::SetLogHandler(nullptr), "");
  (void)silenced;
  if (bytes.size() > kFrameMax) return false;
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                               static_cast<int>(bytes.size()));
  input.SetRecursionLimit(kDepthMax);
  return message.ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

std::string serialized(const google::protobuf::MessageLite& message) {
  std::string bytes;
  DEPOPS_CHECK(message.SerializeToString(&bytes));
  return bytes;
}

Error malformed(const char* what) {
  return {Errc::corrupt,
          std::string("not a ") + what + ": the bytes do not decode; they were cut or altered on the way"};
}

}  // namespace depops::wire

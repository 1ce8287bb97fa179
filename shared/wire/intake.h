#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "shared/base/check.h"
#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/wire/limits.h"

namespace google::protobuf {
class MessageLite;
}

namespace depops::wire {

// Takes values out of a parsed message and keeps the first thing that is wrong with them. Reading goes on after that
// with harmless values, so that the reading code has no branches; whoever started it asks ok() at the end. Internal.
class Intake {
 public:
  bool ok() const noexcept { return !error_.has_value(); }
  const Error& error() const { return *error_; }
  void fail(Errc code, std::string what);

  std::string text(const std::string& value, const char* field, std::size_t max = kTextMax);
  std::string needed(const std::string& value, const char* field, std::size_t max = kIdMax);
  template <typename Name>
  Name name(const std::string& value, const char* field) {
    require(is_name(value), field, "is not a name");
    return Name(value);
  }
  template <typename Name>
  Name optional_name(const std::string& value, const char* field) {
    return value.empty() ? Name() : name<Name>(value, field);
  }
  template <typename Name>
  Name id(const std::string& value, const char* field) {
    return Name(needed(value, field));
  }
  template <typename Name>
  Name optional_id(const std::string& value, const char* field) {
    return Name(text(value, field, kIdMax));
  }
  VersionLabel label(const std::string& value, const char* field);
  VersionLabel optional_label(const std::string& value, const char* field);
  Digest digest(const std::string& value, const char* field);
  std::uint64_t number(std::uint64_t value, const char* field, std::uint64_t max = kNumberMax);
  std::uint32_t number32(std::uint64_t value, const char* field, std::uint32_t max);
  double real(double value, const char* field);         // anything but NaN
  Millis duration(std::int64_t ms, const char* field);  // 0 to 100 years
  Instant instant(std::int64_t ms, const char* field);  // +- 100,000 years
  void count(int count, const char* field, std::size_t max);
  void require(bool holds, const char* field, const char* what);

 private:
  std::optional<Error> error_;
};

// One row per value of an enum; a value without a row is from a newer peer.
template <typename Domain, typename Wire>
struct EnumRow {
  Domain domain;
  Wire wire;
};

template <typename Domain, typename Wire, std::size_t N>
Wire to_wire(const EnumRow<Domain, Wire> (&rows)[N], Domain value) {
  const EnumRow<Domain, Wire>* found = nullptr;
  for (const auto& row : rows) {
    if (row.domain == value) found = &row;
  }
  DEPOPS_CHECK(found != nullptr);
  return found->wire;
}

template <typename Domain, typename Wire, std::size_t N>
Domain from_wire(const EnumRow<Domain, Wire> (&rows)[N], Wire value, Intake& in, const char* field) {
  for (const auto& row : rows) {
    if (row.wire == value) return row.domain;
  }
  in.fail(Errc::unsupported, std::string(field) + ": value " + std::to_string(static_cast<int>(value)) +
                                 " is not known here; the sender is newer: upgrade this side");
  return rows[0].domain;
}

// Bounded depth, all bytes used; false: not such a message.
bool parse(std::string_view bytes, google::protobuf::MessageLite& message);
std::string serialized(const google::protobuf::MessageLite& message);

Error malformed(const char* what);  // "not a <what>: ..."

// Valid UTF-8 of at most `max` bytes: bad bytes become '?', what is too long is cut between characters. For free texts.
std::string clipped(const std::string& text, std::size_t max = kTextMax);
bool is_utf8(std::string_view text) noexcept;

inline std::int64_t ms_of(Instant at) { return at.time_since_epoch().count(); }

}  // namespace depops::wire

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/moment.h"
#include "shared/base/names.h"
#include "shared/base/result.h"
#include "shared/json/value.h"

namespace depops::hub::api_http {

// Reads the members of one JSON object of a request, once each. The first mistake is kept; finish() gives it, or names
// the members nobody asked for. Places are JSON pointers: "/commits/0/sha".
class Body {
 public:
  Body(const json::Value& object, std::string place) : object_(object), place_(std::move(place)) {}

  template <typename Name>  // an id that follows is_name()
  Name name(const char* member, bool required = true) {
    return Name(checked(member, required, is_name, "a name: lower-case letters, digits and '-', at most 63"));
  }
  VersionLabel label(const char* member, bool required = true);
  Digest digest(const char* member);
  std::string hex(const char* member, std::size_t least, std::size_t most, bool required = true);
  std::string text(const char* member, std::size_t most, bool required = false);
  Instant time(const char* member);
  bool boolean(const char* member);
  std::optional<std::uint32_t> number(const char* member);
  std::map<std::string, std::string> texts(const char* member, std::size_t most);
  // The items of an array, at most `most`; empty when it is absent.
  const json::Value::Array& items(const char* member, std::size_t most);

  void fail(const char* member, const std::string& what);
  Result<void> finish() const;
  std::string place_of(const char* member) const { return place_ + "/" + member; }

 private:
  const json::Value* take(const char* member, bool required);
  std::string checked(const char* member, bool required, bool (*good)(std::string_view) noexcept, const char* wanted);

  const json::Value& object_;
  std::string place_;
  std::vector<std::string> known_;
  std::optional<Error> trouble_;
};

// The whole body as one object; error `invalid` with line and column.
Result<json::Value> object_of(const std::string& body);

}  // namespace depops::hub::api_http

#include "hub/api_http/body.h"

#include <algorithm>
#include <limits>

#include "hub/api_http/text.h"
#include "shared/json/parse.h"

namespace depops::hub::api_http {
namespace {

const json::Value::Array kNoItems;

}  // namespace

const json::Value* Body::take(const char* member, bool required) {
  known_.emplace_back(member);
  const json::Value* value = object_.find(member);
  if (value == nullptr && required) fail(member, "is missing");
  return value;
}

void Body::fail(const char* member, const std::string& what) {
  if (!trouble_) trouble_ = Error{Errc::invalid, "in the body, " + place_of(member) + " " + what};
}

std::string Body::checked(const char* member, bool required, bool (*good)(std::string_view) noexcept,
                          const char* wanted) {
  const json::Value* value = take(member, required);
  if (value == nullptr) return {};
  if (!value->is_string() || !good(value->as_string())) fail(member, std::string("must be ") + wanted);
  return value->as_string();
}

VersionLabel Body::label(const char* member, bool required) {
  return VersionLabel(
      checked(member, required, is_version_label,
              "a version label: a letter or digit, then at most 62 of letters, digits, '.', '_', '+', '-'"));
}

Digest Body::digest(const char* member) {
  return Digest(checked(member, true, is_digest, "a digest: sha256: and 64 lower-case hex digits"));
}

std::string Body::hex(const char* member, std::size_t least, std::size_t most, bool required) {
  const json::Value* value = take(member, required);
  if (value == nullptr) return {};
  if (!is_hex(value->as_string(), least, most))
    fail(member, "must be " + std::to_string(least) + " to " + std::to_string(most) + " lower-case hex digits");
  return value->as_string();
}

std::string Body::text(const char* member, std::size_t most, bool required) {
  const json::Value* value = take(member, required);
  if (value == nullptr) return {};
  if (!value->is_string() || value->as_string().size() > most)
    fail(member, "must be a text of at most " + std::to_string(most) + " bytes");
  return value->as_string();
}

Instant Body::time(const char* member) {
  const json::Value* value = take(member, true);
  if (value == nullptr) return {};
  const auto at = time_of(value->as_string());
  if (!at) fail(member, "must be a time like 2026-11-23T12:00:00Z");
  return at.value_or(Instant{});
}

bool Body::boolean(const char* member) {
  const json::Value* value = take(member, false);
  if (value == nullptr) return false;
  if (!value->is_bool()) fail(member, "must be true or false");
  return value->as_bool();
}

std::optional<std::uint32_t> Body::number(const char* member) {
  const json::Value* value = take(member, false);
  if (value == nullptr) return {};
  const bool fits =
      value->is_integer() && value->as_int() >= 0 && value->as_uint() <= std::numeric_limits<std::uint32_t>::max();
  if (!fits) fail(member, "must be a whole number, 0 or more");
  return static_cast<std::uint32_t>(value->as_uint());
}

std::map<std::string, std::string> Body::texts(const char* member, std::size_t most) {
  std::map<std::string, std::string> out;
  const json::Value* value = take(member, false);
  if (value == nullptr) return out;
  if (!value->is_object() || value->members().size() > most)
    fail(member, "must be an object of at most " + std::to_string(most) + " texts");
  for (const auto& [key, text] : value->members()) {
    const bool fits = text.is_string() && text.as_string().size() <= 63 && !key.empty() && key.size() <= 63;
    if (!fits) fail(member, "must have names and values of at most 63 bytes");
    out[key] = text.as_string();
  }
  return out;
}

const json::Value::Array& Body::items(const char* member, std::size_t most) {
  const json::Value* value = take(member, false);
  if (value == nullptr) return kNoItems;
  if (!value->is_array() || value->items().size() > most)
    fail(member, "must be a list of at most " + std::to_string(most));
  return value->items();
}

Result<void> Body::finish() const {
  if (trouble_) return *trouble_;
  for (const auto& member : object_.members()) {
    if (std::find(known_.begin(), known_.end(), member.first) != known_.end()) continue;
    std::string list;
    for (const std::string& name : known_) list += (list.empty() ? "" : ", ") + name;
    return Error{Errc::invalid, "in the body, " + place_of(member.first.c_str()) + " is unknown; known are: " + list};
  }
  return {};
}

Result<json::Value> object_of(const std::string& body) {
  auto value = json::parse(body);
  if (!value) return value.error().in("in the body");
  if (!value.value().is_object()) return Error{Errc::invalid, "the body must be a JSON object"};
  return value;
}

}  // namespace depops::hub::api_http

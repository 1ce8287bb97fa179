#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/store_sqlite/nested_columns.h"
#include "shared/json/value.h"

// Nested values to JSON and back. Reading is lenient, for only we write it: what is missing keeps its default.
namespace depops::hub::store_sqlite {

template <typename T>
concept Nested = requires(T& value) {
  columns(value);
};

inline json::Value to_json(const std::string& text) { return json::Value(text); }
inline json::Value to_json(bool value) { return json::Value(value); }
inline json::Value to_json(Instant at) { return json::Value(std::int64_t{at.time_since_epoch().count()}); }
inline json::Value to_json(Millis span) { return json::Value(std::int64_t{span.count()}); }
inline json::Value to_json(rollout::State state) { return json::Value(rollout::name_of(state)); }
template <std::unsigned_integral T>
json::Value to_json(T value) {
  return json::Value(std::uint64_t{value});
}
template <typename T>
requires std::is_enum_v<T> json::Value to_json(T value) { return json::Value(static_cast<std::int64_t>(value)); }
template <typename Tag>
json::Value to_json(const Id<Tag>& id) {
  return json::Value(id.str());
}
template <typename Tag>
json::Value to_json(Number<Tag> number) {
  return json::Value(number.value());
}
template <typename T>
json::Value to_json(const std::optional<T>& value);
template <typename T>
json::Value to_json(const std::vector<T>& values);
template <typename A, typename B>
json::Value to_json(const std::pair<A, B>& value);
json::Value to_json(const std::map<std::string, std::string>& values);

template <Nested T>
json::Value to_json(const T& value) {
  json::Value out = json::Value::object();
  std::apply([&](const auto&... c) { (out.add(c.name, to_json(c.value)), ...); }, columns(value));
  return out;
}
template <typename T>
json::Value to_json(const std::optional<T>& value) {
  return value ? to_json(*value) : json::Value();
}
template <typename T>
json::Value to_json(const std::vector<T>& values) {
  json::Value out = json::Value::array();
  for (const T& value : values) out.push(to_json(value));
  return out;
}
template <typename A, typename B>
json::Value to_json(const std::pair<A, B>& value) {
  return json::Value::array().push(to_json(value.first)).push(to_json(value.second));
}

inline void from_json(const json::Value& json, std::string& out) { out = json.as_string(); }
inline void from_json(const json::Value& json, bool& out) { out = json.as_bool(); }
inline void from_json(const json::Value& json, Instant& out) { out = Instant(Millis(json.as_int())); }
inline void from_json(const json::Value& json, Millis& out) { out = Millis(json.as_int()); }
inline void from_json(const json::Value& json, rollout::State& out) {
  out = rollout::state_named(json.as_string()).value_or(out);
}
template <std::unsigned_integral T>
void from_json(const json::Value& json, T& out) {
  out = static_cast<T>(json.as_uint());
}
template <typename T>
requires std::is_enum_v<T>
void from_json(const json::Value& json, T& out) { out = static_cast<T>(json.as_int()); }
template <typename Tag>
void from_json(const json::Value& json, Id<Tag>& out) {
  out = Id<Tag>(json.as_string());
}
template <typename Tag>
void from_json(const json::Value& json, Number<Tag>& out) {
  out = Number<Tag>(json.as_uint());
}
template <typename T>
void from_json(const json::Value& json, std::optional<T>& out);
template <typename T>
void from_json(const json::Value& json, std::vector<T>& out);
template <typename A, typename B>
void from_json(const json::Value& json, std::pair<A, B>& out);
void from_json(const json::Value& json, std::map<std::string, std::string>& out);

template <Nested T>
void from_json(const json::Value& json, T& out) {
  const auto read = [&](const char* name, auto& value) {
    if (const json::Value* member = json.find(name)) from_json(*member, value);
  };
  std::apply([&](const auto&... c) { (read(c.name, c.value), ...); }, columns(out));
}
template <typename T>
void from_json(const json::Value& json, std::optional<T>& out) {
  out.reset();
  if (!json.is_null()) from_json(json, out.emplace());
}
template <typename T>
void from_json(const json::Value& json, std::vector<T>& out) {
  out.clear();
  for (const json::Value& item : json.items()) from_json(item, out.emplace_back());
}
template <typename A, typename B>
void from_json(const json::Value& json, std::pair<A, B>& out) {
  if (json.items().size() != 2) return;
  from_json(json.items()[0], out.first);
  from_json(json.items()[1], out.second);
}

}  // namespace depops::hub::store_sqlite
